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

/** Versions are part of the folder's name, so that others get a folder of their own. */
const PYTHON = ['selectolax==0.4.6', 'tokenizers==0.23.2']
const NPM = ['postal-mime@4.0.0', 'htmlparser2@12.0.0', 'eld@2.1.0', 'tokenizers@0.23.2']

/** A Python with the packages of the peers, made once and kept in the cache folder of the user. */
export const peerPython = async (): Promise<string> => {
  const folder = join(cache, `python-${PYTHON.join('-')}`)
  const python = join(folder, 'bin', 'python')
  if (existsSync(join(folder, 'whole'))) return python
  await mkdir(cache, { recursive: true })
  await run('python3', ['-m', 'venv', '--clear', folder])
  await run(python, ['-m', 'pip', 'install', '--quiet', ...PYTHON])
  await writeFile(join(folder, 'whole'), '')
  return python
}

/** The script `source`, copied to a folder with the npm packages of the peers, where it finds them. */
export const beside = async (source: string): Promise<string> => {
  const script = join(await peerPackages(), basename(source))
  await copyFile(source, script)
  return script
}

/** None of them is a dependency of this project's run time. */
const peerPackages = async (): Promise<string> => {
  const folder = join(cache, `npm-${NPM.join('-').replaceAll('/', '-')}`)
  if (existsSync(join(folder, 'whole'))) return folder
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact']
  await run('npm', ['install', ...flags, ...NPM], { cwd: folder })
  await writeFile(join(folder, 'whole'), '')
  return folder
}
