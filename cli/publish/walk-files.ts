import type { Dirent, Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { slackExportRoot } from '../../processors/expand/slack-export.ts'

/** A file found under a path that was to be published. */
export interface FoundFile {
  readonly kind: 'file'
  readonly path: string
  readonly bytes: number
  /** Epoch milliseconds. */
  readonly modifiedAt: number
}

/** A folder that is an unpacked Slack export, with all files in it. */
export interface FoundSlackExport {
  readonly kind: 'slack-export'
  readonly path: string
  readonly files: readonly FoundFile[]
}

/** Something that could not be looked into: said, not skipped in silence. */
export interface Unreadable {
  readonly kind: 'unreadable'
  readonly path: string
  /** As the operating system names it: `EACCES`. `EILSEQ` for a name that is no UTF-8, which cannot be written in a URI. */
  readonly code: string
}

/** Something that is no file to archive: said, not left out in silence. A link to a folder may lead round in circles. */
export interface Skipped {
  readonly kind: 'skipped'
  readonly path: string
  readonly reason: 'folder-link' | 'pipe' | 'socket' | 'device'
}

export type Found = FoundFile | FoundSlackExport | Unreadable | Skipped

/** The calls of `node:fs/promises` that a walk makes. */
export interface FolderReader {
  readonly readdir: (path: string) => Promise<readonly Pick<Dirent, 'name' | 'isDirectory'>[]>
  /** Follows links. */
  readonly stat: (
    path: string,
  ) => Promise<Pick<Stats, 'isDirectory' | 'isFile' | 'isFIFO' | 'isSocket' | 'size' | 'mtimeMs'>>
}

const thisMachine: FolderReader = {
  readdir: (path) => readdir(path, { withFileTypes: true }),
  stat,
}

/**
 * Files under a path in code-unit order of their names, folders depth first. Links are followed to files, not to folders,
 * so there is no way round in circles. Everything else is told as skipped or unreadable.
 */
export async function* walkFiles(
  path: string,
  reader: FolderReader = thisMachine,
  /** A folder that is left out with everything in it, by its absolute path. */
  except?: string,
): AsyncGenerator<Found> {
  const found = await look(reader, path)
  if (found === 'folder') yield* walkFolder({ ...reader, except }, path)
  else yield found
}

async function* walkFolder(reader: WalkReader, path: string, plain = false): AsyncGenerator<Found> {
  if (path === reader.except) return
  const entries = await entriesOf(reader, path)
  if ('kind' in entries) {
    yield entries
    return
  }
  if (!plain && entries.some(({ name }) => name === 'channels.json' || name === 'users.json')) {
    const slack = await slackExportAt(reader, path)
    if (slack) {
      yield* slack
      return
    }
  }
  for (let at = 0; at < entries.length; at += looksAtOnce) {
    const piece = entries.slice(at, at + looksAtOnce)
    const looks = await Promise.all(piece.map((entry) => lookAt(reader, path, entry)))
    for (const found of looks) {
      if (found.kind === 'folder') yield* walkFolder(reader, found.path, plain)
      else yield found
    }
  }
}

/** One after the other, each would wait for a turn of a busy event loop: some hundred files a second. */
const looksAtOnce = 64

const lookAt = async (
  reader: FolderReader,
  parent: string,
  { name, folder }: Entry,
): Promise<Found | { readonly kind: 'folder'; readonly path: string }> => {
  const path = join(parent, name)
  if (folder) return { kind: 'folder', path }
  const found = await look(reader, path)
  return found === 'folder' ? { kind: 'skipped', path, reason: 'folder-link' } : found
}

interface WalkReader extends FolderReader {
  readonly except: string | undefined
}

interface Entry {
  readonly name: string
  readonly folder: boolean
}

const entriesOf = async (
  reader: FolderReader,
  path: string,
): Promise<readonly Entry[] | Unreadable> => {
  try {
    const entries = await reader.readdir(path)
    return entries
      .map((entry) => ({ name: entry.name, folder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    return unreadable(path, error)
  }
}

/** The export at this folder, its channels one folder down, and what of it is no file to read; undefined when it is none. */
const slackExportAt = async (
  reader: WalkReader,
  path: string,
): Promise<readonly Found[] | undefined> => {
  const files: FoundFile[] = []
  const others: Found[] = []
  for await (const found of walkFolder(reader, path, true)) {
    if (found.kind === 'file') files.push(found)
    else others.push(found)
  }
  const paths = files.map((file) => relative(path, file.path).split(sep).join('/'))
  if (slackExportRoot(paths) !== '') return undefined
  const sorted = files.sort((a, b) => (a.path < b.path ? -1 : 1))
  return [{ kind: 'slack-export', path, files: sorted }, ...others]
}

const look = async (
  reader: FolderReader,
  path: string,
): Promise<FoundFile | Unreadable | Skipped | 'folder'> => {
  try {
    const stats = await reader.stat(path)
    if (stats.isDirectory()) return 'folder'
    if (!stats.isFile()) return { kind: 'skipped', path, reason: specialOf(stats) }
    return { kind: 'file', path, bytes: stats.size, modifiedAt: Math.trunc(stats.mtimeMs) }
  } catch (error) {
    return unreadable(path, error)
  }
}

const specialOf = (
  stats: Awaited<ReturnType<FolderReader['stat']>>,
): Exclude<Skipped['reason'], 'folder-link'> =>
  stats.isFIFO() ? 'pipe' : stats.isSocket() ? 'socket' : 'device'

/** A name that is no UTF-8 was read with replacement characters, and under that name there is nothing. */
const unreadable = (path: string, error: unknown): Unreadable => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN'
  const misread = code === 'ENOENT' && path.includes('\ufffd')
  return { kind: 'unreadable', path, code: misread ? 'EILSEQ' : code }
}
