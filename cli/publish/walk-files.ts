import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file found under a path that was to be published. */
export interface FoundFile {
  readonly kind: 'file'
  readonly path: string
  readonly bytes: number
  /** Epoch milliseconds. */
  readonly modifiedAt: number
}

/** A folder, reported before what is in it, with the files that lie directly in it and in its folders. */
export interface FoundFolder {
  readonly kind: 'folder'
  readonly path: string
}

/** Something that could not be looked into: said, not skipped in silence. */
export interface Unreadable {
  readonly kind: 'unreadable'
  readonly path: string
  /** As the operating system names it: `EACCES`. */
  readonly code: string
}

export type Found = FoundFile | FoundFolder | Unreadable

/**
 * Files under a path in code-unit order of their names, folders depth first. Links are followed to files, not to folders,
 * so there is no way round in circles. Neither sockets nor devices are files.
 */
export async function* walkFiles(path: string): AsyncGenerator<Found, void, boolean | undefined> {
  const found = await look(path)
  if (found?.kind === 'folder') yield* walkFolder(path)
  else if (found) yield found
}

async function* walkFolder(path: string): AsyncGenerator<Found> {
  yield { kind: 'folder', path }
  const names: { name: string; folder: boolean }[] = []
  try {
    for await (const entry of await opendir(path)) {
      names.push({ name: entry.name, folder: entry.isDirectory() })
    }
  } catch (error) {
    yield { kind: 'unreadable', path, code: codeOf(error) }
    return
  }
  names.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name, folder } of names) {
    const inner = join(path, name)
    if (folder) yield* walkFolder(inner)
    else {
      const found = await look(inner)
      if (found && found.kind !== 'folder') yield found
    }
  }
}

const look = async (path: string): Promise<Found | undefined> => {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) return { kind: 'folder', path }
    if (!stats.isFile()) return undefined
    return { kind: 'file', path, bytes: stats.size, modifiedAt: Math.trunc(stats.mtimeMs) }
  } catch (error) {
    return { kind: 'unreadable', path, code: codeOf(error) }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN'
