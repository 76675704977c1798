import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DebianPin } from './pins.ts'

const run = promisify(execFile)

const tool = async (name: string, cwd: string, ...args: readonly string[]): Promise<string> => {
  try {
    return (await run(name, [...args], { cwd })).stdout
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string; stderr?: string }
    if (code === 'ENOENT')
      throw new Error(
        `no ${name} on this machine: a real Redis needs redis-server on the PATH, Debian, a Docker engine, or an address in the environment (CONTRIBUTING.md)`,
        { cause: error },
      )
    throw new Error(`${name}: ${stderr.trim().split('\n').at(-1)}`, { cause: error })
  }
}

/** An index of packages of our own, where the machine has none; needs no rights. */
const withOwnIndex = async (folder: string): Promise<readonly string[]> => {
  const lists = join(folder, 'lists')
  await mkdir(join(lists, 'partial'), { recursive: true })
  const options = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${folder}`]
  await tool('apt-get', folder, ...options, 'update')
  return options
}

/** Downloads the packages and unpacks them into `files/` of the folder. Installs nothing. */
export const unpackDebian = async (folder: string, pin: DebianPin): Promise<void> => {
  const { packages, version } = pin
  const fetchWith = (options: readonly string[]): Promise<string> =>
    tool('apt-get', folder, ...options, 'download', ...packages)
  await fetchWith([]).catch(async () => fetchWith(await withOwnIndex(folder)))
  const archives = (await readdir(folder)).filter((name) => name.endsWith('.deb'))
  const [first = ''] = archives.filter((name) => name.startsWith(`${packages[0]}_`))
  const found = (await tool('dpkg-deb', folder, '-f', first, 'Version')).trim()
  // [epoch:]upstream-revision
  if (found.replace(/^\d+:/, '').replace(/-[^-]*$/, '') !== version)
    throw new Error(`${packages[0]} is ${found} here, not ${version} as pinned`)
  const files = join(folder, 'files')
  await mkdir(files)
  for (const archive of archives) await tool('dpkg-deb', folder, '-x', archive, files)
}
