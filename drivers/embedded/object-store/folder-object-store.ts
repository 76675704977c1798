import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { readdir, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { asUri } from '../../../schemas/brands.ts'
import { Fault } from '../../../topology/model/failure.ts'
import {
  ObjectConflict,
  type ObjectEntry,
  type ObjectStore,
} from '../../../topology/ports/object-store.ts'
import { createLeastRecentlyUsed } from '../../../topology/model/least-recently-used.ts'
import { createFileCalls } from '../files/file-calls.ts'
import { readBytes } from '../files/read-bytes.ts'
import { createObjectPaths } from './object-paths.ts'
import type { FolderObjectStoreOptions } from './options.ts'
import { createFolderSync } from './sync-folders.ts'
import { notePlace, readPlaces } from './places.ts'
import { createReplaceObject } from './replace-object.ts'
import { createThreadWriter } from './thread-writer.ts'
import { codeOf } from './write-aside.ts'
import { createWriteObject } from './write-object.ts'

const defaults = { durability: 'process-crash', memoryBytes: 8 * 1024 * 1024 } as const
const besideOthers = { durability: 'power-loss', memoryBytes: 0 } as const
/** Larger objects are not kept in memory. */
const rememberedBytes = 256 * 1024
const overheadBytes = 200
/** Inside the store's folder; object names cannot begin with a dot. */
const temporaryName = '.tmp'

/** No document is at fault, and the next one would fare alike. EXDEV: a folder of the store lies on a disk of its own. */
const unusable = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EPERM', 'EXDEV'])
const passing = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY'])

/** What to do is said only where it is plain. */
const advice = (code: string): string =>
  code === 'ENOSPC' || code === 'EDQUOT' ? '; make room and start again' : ''

/** Errors of the file system as faults: no room or no permission stops the process, no handles is worth another try. */
export const asObjectFault = (
  error: unknown,
  done: 'written' | 'read',
  folder: string,
): unknown => {
  const code = codeOf(error)
  if (unusable.has(code))
    return new Fault(
      'fatal',
      'object-store',
      `objects cannot be ${done} in ${folder}: ${code}${advice(code)}`,
      error,
    )
  return passing.has(code)
    ? new Fault('transient', 'object-store', `objects cannot be reached now: ${code}`, error)
    : error
}

const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR'])

const undefinedWhenMissing =
  (folder: string) =>
  (error: unknown): undefined => {
    if (missing.has(codeOf(error))) return undefined
    throw asObjectFault(error, 'read', folder)
  }

/** A copy in memory of its own. `Buffer.from` would cut a small one from 8 KiB that it shares, and keep all of them. */
const copyAlone = (bytes: Uint8Array): Buffer => Buffer.from(new Uint8Array(bytes).buffer)

/** Removes what a crash left half-written. */
const sweep = (aside: string): void => {
  for (const left of readdirSync(aside)) rmSync(join(aside, left), { force: true })
}

/**
 * Objects as files of a folder. A file is written aside, synced and linked to its name, so that a name never shows a
 * part of an object, and the first of two writers wins; a replacement is renamed over it. Needs a file system with hard
 * links.
 */
export const createFolderObjectStore = (options: FolderObjectStoreOptions): ObjectStore => {
  const { durability, memoryBytes } = {
    ...defaults,
    ...options,
    ...(options.beside && besideOthers),
  }
  const durable = durability === 'power-loss'
  const folder = join(options.dataDir, 'objects')
  if (!options.readOnly) mkdirSync(join(folder, temporaryName), { recursive: true })
  const root = existsSync(folder) ? realpathSync(folder) : folder
  const places = options.readOnly ? readPlaces(root) : notePlace(root)
  const { pathOf, pathOfUri, uriOf } = createObjectPaths(root, places)
  const absent = undefinedWhenMissing(root)
  const aside = join(root, temporaryName)
  if (!options.readOnly && !options.beside) sweep(aside)
  const folders = createFolderSync({ durable })
  const files = createFileCalls()
  const thread = durable || options.readOnly ? undefined : createThreadWriter()
  const write = createWriteObject(aside, folders, thread)
  const replace = createReplaceObject(aside, folders)
  /** Copies, going in and coming out: whoever has the bytes may hand them to another thread. */
  const recent = createLeastRecentlyUsed<Buffer>(
    memoryBytes,
    (bytes) => bytes.length + overheadBytes,
  )

  return {
    put: async (name, bytes) => {
      const path = pathOf(name)
      try {
        const created = await write(path, bytes)
        if (!created && Buffer.compare(await readBytes(files(), path), bytes) !== 0)
          throw new ObjectConflict(name)
        if (bytes.length <= rememberedBytes) recent.set(path, copyAlone(bytes))
        return created ? 'created' : 'exists'
      } catch (error) {
        throw asObjectFault(error, 'written', root)
      }
    },
    replace: async (uri, before, bytes) => {
      const path = pathOfUri(uri)
      try {
        return await replace(path, before, bytes)
      } catch (error) {
        throw asObjectFault(error, 'written', root)
      } finally {
        recent.remove(path)
      }
    },
    get: async (uri, range) => {
      const path = pathOfUri(uri)
      const known = recent.get(path)
      if (known) return Buffer.from(known.subarray(range?.start, range?.end))
      return readBytes(files(), path, range).catch(absent)
    },
    remove: async (uri) => {
      const path = pathOfUri(uri)
      recent.remove(path)
      await unlink(path).catch(absent)
      await folders.sync(dirname(path)).catch(absent)
    },
    list: (prefix) => listFolder(root, '', prefix),
    uriOf,
    close: async () => thread?.close(),
  }
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A folder sorts as its name and a slash, so that the walk is in the order of the whole names. */
async function* listFolder(
  folder: string,
  parent: string,
  prefix: string,
): AsyncGenerator<ObjectEntry> {
  const entries =
    (await readdir(folder, { withFileTypes: true }).catch(undefinedWhenMissing(folder))) ?? []
  const names = entries
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => parent + entry.name + (entry.isDirectory() ? '/' : ''))
    .filter((name) => name.startsWith(prefix) || prefix.startsWith(name))
    .sort(byCodeUnits)
  for (const name of names) {
    const path = join(folder, name.slice(parent.length))
    if (name.endsWith('/')) yield* listFolder(path, name, prefix)
    else if (name.startsWith(prefix)) yield* entryOf(path, name)
  }
}

async function* entryOf(path: string, name: string): AsyncGenerator<ObjectEntry> {
  const found = await stat(path).catch(undefinedWhenMissing(dirname(path)))
  if (found?.isFile()) yield { name, uri: asUri(pathToFileURL(path).href), bytes: found.size }
}
