import { randomUUID } from 'node:crypto'
import { link, open, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FolderSync } from './sync-folders.ts'
import type { ThreadWriter } from './thread-writer.ts'
import { codeOf } from './write-aside.ts'

/**
 * Writes a file aside and gives it its name when nothing has it; never shows a part of it, and leaves nothing aside.
 * Answers false when the name is taken.
 */
export type WriteObject = (path: string, bytes: Uint8Array) => Promise<boolean>

/** Writes a new file; its bytes are on the disk once resolved, its name may not be. */
export const writeSynced = async (temporary: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(temporary, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

const writeDurably = async (
  temporary: string,
  path: string,
  bytes: Uint8Array,
): Promise<boolean> => {
  try {
    await writeSynced(temporary, bytes)
    await link(temporary, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    // What cannot be removed now is swept at the next start.
    await unlink(temporary).catch(() => undefined)
  }
}

/** Writes by way of the folder `aside`, on the same file system; without a thread, synced to the disk. */
export const createWriteObject =
  (aside: string, folders: FolderSync, thread: ThreadWriter | undefined): WriteObject =>
  async (path, bytes) => {
    const temporary = join(aside, randomUUID())
    await folders.make(dirname(path))
    const created = await (thread
      ? thread.write(temporary, path, bytes)
      : writeDurably(temporary, path, bytes))
    await folders.sync(dirname(path))
    return created
  }
