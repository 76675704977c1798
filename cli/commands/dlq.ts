import type { ArchiveView } from '../read/archive-view.ts'
import { deadLettersOf, groupDeadLetters, printable } from '../read/dead-letters.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { table, toJson, type Output } from '../output.ts'

/** Dead letters by cause. */
export const dlqList = async (view: ArchiveView, output: Output): Promise<number> => {
  const groups = await groupDeadLetters(deadLettersOf(view))
  output.value({ deadLetters: groups })
  if (groups.length === 0) output.line('no dead letters')
  else {
    const head = ['count', 'disposition', 'code', 'stage', 'first', 'message']
    const rows = groups.map((g) => [g.count, g.disposition, g.code, g.stage, g.firstId, g.message])
    for (const line of table(head, rows)) output.line(line)
  }
  return exitCodes.ok
}

/** One dead letter by its id, or all of a document or fingerprint. */
export const dlqShow = async (
  view: ArchiveView,
  output: Output,
  wanted: string,
): Promise<number> => {
  let shown = 0
  for await (const found of deadLettersOf(view)) {
    const { documentId, fingerprint } = found.letter
    if (![found.id, documentId, fingerprint].includes(wanted)) continue
    shown++
    const letter = printable(found)
    output.value(letter)
    for (const [name, value] of Object.entries(letter)) output.line(`${name}: ${textOf(value)}`)
    output.line()
  }
  if (shown > 0) return exitCodes.ok
  const message = `no dead letter, document or fingerprint ${wanted}; "dlq ls" lists what there is`
  throw new CommandError(exitCodes.failed, message)
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : toJson(value))
