import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { CmakePin } from './pins.ts'

const run = async (command: string, ...args: readonly string[]): Promise<void> => {
  try {
    await promisify(execFile)(command, [...args], { maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string; stderr?: string }
    if (code === 'ENOENT')
      throw new Error(
        `building it needs ${command} (Python 3 with pip, tar, CMake and a C++ compiler), or give its address in the environment (CONTRIBUTING.md)`,
        { cause: error },
      )
    throw new Error(`${command}: ${stderr.trim().split('\n').at(-1)}`, { cause: error })
  }
}

/**
 * Builds a program into `files/` of the folder, with low priority. pip checks the hash of the archive; it also asks the
 * package for its metadata, for which it fetches what builds the package. Nothing else of that is used.
 */
export const buildCmake = async (folder: string, pin: CmakePin): Promise<void> => {
  const quietly = ['--quiet', '--disable-pip-version-check', '--no-input', '--no-deps']
  const from = ['--require-hashes', '-r', pin.requirements]
  await run('python3', '-m', 'pip', 'download', ...quietly, ...from, '--dest', folder)
  const [archive = ''] = (await readdir(folder)).filter((each) => each.endsWith('.tar.gz'))
  await run('tar', '-xzf', join(folder, archive), '-C', folder)
  const build = join(folder, 'build')
  const definitions = pin.definitions.map((each) => `-D${each}`)
  await run('cmake', '-S', join(folder, pin.folder), '-B', build, ...definitions)
  const jobs = String(availableParallelism())
  await run('nice', 'cmake', '--build', build, '--target', pin.target, '--parallel', jobs)
  await mkdir(join(folder, 'files'))
  await copyFile(join(build, 'bin', pin.target), join(folder, 'files', pin.target))
}
