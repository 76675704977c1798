import { readFileSync } from 'node:fs'
import type { Description } from '../../topology/model/describe.ts'
import { diff, diffExitCodes } from '../../topology/model/diff.ts'
import { NotADescription, readDescription } from '../../topology/model/read-description.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import type { Output } from '../output.ts'

/** A description as `describe --format json` wrote it; throws {@link CommandError} naming the file. */
export const descriptionIn = (path: string): Description => {
  try {
    return readDescription(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof NotADescription)
      throw new CommandError(exitCodes.failed, `${path}: ${error.message}`, error)
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new CommandError(exitCodes.failed, `${path}: cannot be read (${code})`, error)
  }
}

/** What changed and what that asks for; the exit code says the most severe. */
export const diffCommand = (old: Description, current: Description, output: Output): number => {
  const { verdict, changes } = diff(old, current)
  output.value({ verdict, changes })
  for (const change of changes) output.line(`${change.class}  ${change.at}: ${change.message}`)
  output.line(changes.length === 0 ? 'nothing changed' : `verdict: ${verdict}`)
  return diffExitCodes[verdict]
}
