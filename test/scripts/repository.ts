import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Root of the repository, seen from dist/test/scripts. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url))

export interface ScriptResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs one of scripts/ with this Node. */
export const runScript = (name: string, ...args: readonly string[]): ScriptResult =>
  spawnSync(process.execPath, [join(repository, 'scripts', name), ...args], {
    encoding: 'utf8',
    cwd: repository,
  })

/** Calls `use` with a new folder that is removed afterwards. */
export const inScratch = (use: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-streams-'))
  try {
    use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Copies a folder of the repository. */
export const copyOf = (name: string, into: string): string => {
  const target = join(into, name)
  cpSync(join(repository, name), target, { recursive: true })
  return target
}
