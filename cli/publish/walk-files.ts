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

/**
 * Files under a path in code-unit order of their names, folders depth first. Links are followed to files, not to folders,
 * so there is no way round in circles. Neither sockets nor devices are files.
 */
export async function* walkFiles(path: string): AsyncGenerator<Found> {
  const found = await look(path)
  if (found === 'folder') yield* walkFolder(path)
  else if (found) yield found
}

async function* walkFolder(path: string): AsyncGenerator<Found> {
  const entries = await entriesOf(path)
  if ('kind' in entries) {
    yield entries
    return
  }
  if (entries.some(({ name }) => name === 'channels.json' || name === 'users.json')) {
    const slack = await slackExportAt(path)
    if (slack) {
      yield slack
      return
    }
  }
  for (const { name, folder } of entries) {
    const inner = join(path, name)
    if (folder) yield* walkFolder(inner)
    else {
      const found = await look(inner)
      if (found && found !== 'folder') yield found
    }
  }
}

interface Entry {
  readonly name: string
  readonly folder: boolean
}

const entriesOf = async (path: string): Promise<readonly Entry[] | Unreadable> => {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .map((entry) => ({ name: entry.name, folder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    return { kind: 'unreadable', path, code: codeOf(error) }
  }
}

/** The export at this folder: its channels are one folder down. Other files in it are published by nobody. */
const slackExportAt = async (path: string): Promise<FoundSlackExport | undefined> => {
  const files: FoundFile[] = []
  for (const name of await readdir(path, { recursive: true })) {
    const found = await look(join(path, name))
    if (found && found !== 'folder' && found.kind === 'file') files.push(found)
  }
  const paths = files.map((file) => relative(path, file.path).split(sep).join('/'))
  if (slackExportRoot(paths) !== '') return undefined
  return { kind: 'slack-export', path, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

const look = async (path: string): Promise<FoundFile | Unreadable | 'folder' | undefined> => {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) return 'folder'
    if (!stats.isFile()) return undefined
    return { kind: 'file', path, bytes: stats.size, modifiedAt: Math.trunc(stats.mtimeMs) }
  } catch (error) {
    return { kind: 'unreadable', path, code: codeOf(error) }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN'
