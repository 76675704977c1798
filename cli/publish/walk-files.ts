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
  /** As the operating system names it: `EACCES`. */
  readonly code: string
}

export type Found = FoundFile | FoundSlackExport | Unreadable

/** The calls of `node:fs/promises` that a walk makes. */
export interface FolderReader {
  readonly readdir: (path: string) => Promise<readonly Pick<Dirent, 'name' | 'isDirectory'>[]>
  /** Follows links. */
  readonly stat: (
    path: string,
  ) => Promise<Pick<Stats, 'isDirectory' | 'isFile' | 'size' | 'mtimeMs'>>
}

const thisMachine: FolderReader = {
  readdir: (path) => readdir(path, { withFileTypes: true }),
  stat,
}

/**
 * Files under a path in code-unit order of their names, folders depth first. Links are followed to files, not to folders,
 * so there is no way round in circles. Neither sockets nor devices are files.
 */
export async function* walkFiles(
  path: string,
  reader: FolderReader = thisMachine,
  /** A folder that is left out with everything in it, by its absolute path. */
  except?: string,
): AsyncGenerator<Found> {
  const found = await look(reader, path)
  if (found === 'folder') yield* walkFolder({ ...reader, except }, path)
  else if (found) yield found
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
  for (const { name, folder } of entries) {
    const inner = join(path, name)
    if (folder) yield* walkFolder(reader, inner, plain)
    else {
      const found = await look(reader, inner)
      if (found && found !== 'folder') yield found
    }
  }
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
    return { kind: 'unreadable', path, code: codeOf(error) }
  }
}

/** The export at this folder, its channels one folder down, and what of it cannot be read; undefined when it is none. */
const slackExportAt = async (
  reader: WalkReader,
  path: string,
): Promise<readonly Found[] | undefined> => {
  const files: FoundFile[] = []
  const unreadable: Found[] = []
  for await (const found of walkFolder(reader, path, true)) {
    if (found.kind === 'file') files.push(found)
    else unreadable.push(found)
  }
  const paths = files.map((file) => relative(path, file.path).split(sep).join('/'))
  if (slackExportRoot(paths) !== '') return undefined
  const sorted = files.sort((a, b) => (a.path < b.path ? -1 : 1))
  return [{ kind: 'slack-export', path, files: sorted }, ...unreadable]
}

const look = async (
  reader: FolderReader,
  path: string,
): Promise<FoundFile | Unreadable | 'folder' | undefined> => {
  try {
    const stats = await reader.stat(path)
    if (stats.isDirectory()) return 'folder'
    if (!stats.isFile()) return undefined
    return { kind: 'file', path, bytes: stats.size, modifiedAt: Math.trunc(stats.mtimeMs) }
  } catch (error) {
    return { kind: 'unreadable', path, code: codeOf(error) }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN'
