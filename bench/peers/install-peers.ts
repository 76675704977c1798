import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const cache = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'archive-streams',
  'bench-peers',
)

/** What the stacks of `bench:mail` need. Versions are part of the folder's name, so that others get a folder of their own. */
export const MAIL_PYTHON = ['selectolax==0.4.6', 'tokenizers==0.23.2']
export const MAIL_NPM = [
  'postal-mime@4.0.0',
  'htmlparser2@12.0.0',
  'eld@2.1.0',
  'tokenizers@0.23.2',
]

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/**
 * A Python with these packages, made once and kept in the cache folder of the user.
 *
 * @throws Error that says what is missing: Python itself, its module venv, or a package
 */
export const peerPython = async (packages: readonly string[]): Promise<string> => {
  const folder = join(cache, `python-${packages.join('-')}`)
  const python = join(folder, 'bin', 'python')
  if (existsSync(join(folder, 'whole'))) return python
  await mkdir(cache, { recursive: true })
  try {
    await run('python3', ['-m', 'venv', '--clear', folder])
    await run(python, ['-m', 'pip', 'install', '--quiet', ...packages])
  } catch (error) {
    const why = isMissing(error) ? 'there is no python3 on the PATH' : (error as Error).message
    throw new Error(`this needs Python 3.10 with venv, and ${packages.join(', ')}: ${why}`)
  }
  await writeFile(join(folder, 'whole'), '')
  return python
}

/** The script `source`, copied to a folder with these npm packages, where it finds them. */
export const beside = async (source: string, packages: readonly string[]): Promise<string> => {
  const script = join(await peerPackages(packages), basename(source))
  await copyFile(source, script)
  return script
}

/** A folder with these npm packages in its node_modules. None of them is a dependency of this project's run time. */
export const peerPackages = async (packages: readonly string[]): Promise<string> => {
  const folder = join(cache, `npm-${packages.join('-').replaceAll('/', '-')}`)
  if (existsSync(join(folder, 'whole'))) return folder
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact']
  await run('npm', ['install', ...flags, ...packages], { cwd: folder })
  await writeFile(join(folder, 'whole'), '')
  return folder
}
