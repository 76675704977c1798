import { constants } from 'node:fs'
import { access, mkdtemp, rmdir, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../../config/schema.ts'
import { dataDirOwner } from '../../drivers/embedded/data-dir/lock-data-dir.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { ok, wrong, type Check } from './check.ts'

/** The oldest Node.js that the package runs on, as in package.json. */
const oldestNode = [20, 19] as const

/** Free bytes below which a job of any size is likely to end with a full disk. */
const leastFreeBytes = 256 * 1024 * 1024

export const nodeCheck = (version = process.versions.node): Check => ({
  name: 'node',
  look: () => {
    const [major = 0, minor = 0] = version.split('.').map(Number)
    const enough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
    return enough
      ? ok(`version ${version}`)
      : wrong(`version ${version} is too old`, `install Node.js ${oldestNode.join('.')} or newer`)
  },
})

/** Tries to write beside the data folder, or into it, and leaves nothing behind. */
export const dataFolderCheck = (config: Config): Check => ({
  name: 'data folder',
  look: async () => {
    const dataDir = resolve(config.dataDir)
    const folder = await nearestFolder(dataDir)
    try {
      await rmdir(await mkdtemp(join(folder, '.archive-streams-doctor-')))
    } catch (error) {
      if (codeOf(error) === 'ENOTDIR')
        return wrong(`${folder} is a file, not a folder`, 'choose another folder with --data-dir')
      const advice = 'allow this user to write there, or choose another folder with --data-dir'
      return wrong(`${folder} cannot be written (${codeOf(error)})`, advice)
    }
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    const state = folder === dataDir ? dataDir : `${dataDir}, not there yet`
    const message = `${state}; ${mebibytes(free)} MiB free`
    return free >= leastFreeBytes
      ? ok(message)
      : wrong(message, `make room: at least ${mebibytes(leastFreeBytes)} MiB`)
  },
})

const mebibytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024)

/** The folder itself, or where it would be made. */
const nearestFolder = async (path: string): Promise<string> => {
  const there = await stat(path).then(
    () => true,
    () => false,
  )
  return there || dirname(path) === path ? path : nearestFolder(dirname(path))
}

/** A job that runs is nothing wrong: one may look at the archive, not work on it. */
export const lockCheck = (config: Config): Check => ({
  name: 'lock',
  look: async () => {
    try {
      const owner = await dataDirOwner(resolve(config.dataDir), systemClock)
      if (owner === 'nobody') return ok('no process works on the data folder')
      if (owner === 'silent')
        return wrong('a process holds the data folder and does not answer', 'end that process')
      const since = new Date(owner.since).toISOString()
      return ok(`process ${owner.pid} works on the data folder since ${since}`)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return ok('the data folder is not there yet')
      throw error
    }
  },
})

export const sourcesCheck = (config: Config): Check => ({
  name: 'sources',
  look: async () => {
    if (config.sources.length === 0) return ok('none configured; give them with --source')
    const problems = (await Promise.all(config.sources.map(unreadable))).filter(
      (each) => each !== '',
    )
    return problems.length === 0
      ? ok(`${config.sources.length} readable`)
      : wrong(problems.join('; '), 'correct the path, or allow this user to read it')
  },
})

const unreadable = async (path: string): Promise<string> => {
  try {
    const isFolder = (await stat(path)).isDirectory()
    await access(path, isFolder ? constants.R_OK | constants.X_OK : constants.R_OK)
    return ''
  } catch (error) {
    return `${path} cannot be read (${codeOf(error)})`
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
