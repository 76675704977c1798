import { execFile } from 'node:child_process'
import { cp, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { GoPin } from './pins.ts'

const run = promisify(execFile)

const go = async (cwd: string, ...args: readonly string[]): Promise<string> => {
  try {
    const env = { ...process.env, CGO_ENABLED: '0' }
    return (await run('go', [...args], { cwd, env, maxBuffer: 16 * 1024 * 1024 })).stdout
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string; stderr?: string }
    if (code === 'ENOENT')
      throw new Error(
        'real object stores need Go 1.26 on this machine, or addresses in the environment (CONTRIBUTING.md)',
        { cause: error },
      )
    throw new Error(`Go: ${stderr.trim().split('\n').at(-1)}`, { cause: error })
  }
}

/** Builds a command into `files/` of the folder. Takes minutes and, for MinIO, 1.5 GB of memory. */
export const buildGo = async (folder: string, pin: GoPin): Promise<void> => {
  const { module, version, sum, command } = pin
  const found = JSON.parse(
    await go(folder, 'mod', 'download', '-json', `${module}@${version}`),
  ) as {
    readonly Sum: string
    readonly Dir: string
  }
  if (found.Sum !== sum) throw new Error(`${module}@${version} is not what is pinned: ${found.Sum}`)
  const source = join(folder, 'source')
  // Go builds nothing inside its own cache. What the module needs is checked against its go.sum.
  await cp(found.Dir, source, { recursive: true, mode: 0 })
  await mkdir(join(folder, 'files'))
  const output = join(folder, 'files', basename(module))
  const flags = ['-trimpath', '-mod=readonly', '-buildvcs=false', '-ldflags=-s -w']
  await go(source, 'build', ...flags, '-o', output, command)
}
