import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './cache-folder.ts'

const run = promisify(execFile)

/**
 * Python with the packages of a requirements file, in the cache; made once. Answers the path of its interpreter. Where the
 * file has hashes, it names all that is installed.
 */
export const pythonWith = async (requirements: string): Promise<string> => {
  const wanted = await readFile(requirements, 'utf8')
  const hash = createHash('sha256').update(wanted).digest('hex')
  const target = join(cacheFolder(), `python-${hash.slice(0, 12)}`)
  const python = join(target, 'bin', 'python')
  if (existsSync(target)) return python
  await mkdir(cacheFolder(), { recursive: true })
  const fresh = await mkdtemp(`${target}-`)
  try {
    await run('python3', ['-m', 'venv', fresh])
    const quietly = ['--quiet', '--disable-pip-version-check', '--no-input']
    await run(join(fresh, 'bin', 'python'), [
      '-m',
      'pip',
      'install',
      ...quietly,
      ...(wanted.includes('--hash=') ? ['--no-deps', '--require-hashes'] : []),
      '--only-binary',
      ':all:',
      '-r',
      requirements,
    ])
    await rename(fresh, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error
    })
    return python
  } catch (error) {
    throw new Error('this needs Python 3.10 or newer with venv and pip', {
      cause: error,
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
