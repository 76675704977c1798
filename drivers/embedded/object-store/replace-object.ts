import { randomUUID } from 'node:crypto'
import { readFile, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '../../../topology/model/failure.ts'
import type { FolderSync } from './sync-folders.ts'
import { codeOf } from './write-aside.ts'
import { writeSynced } from './write-object.ts'

/** Answers `changed`, and does nothing, when the file does not hold `before`. */
export type ReplaceObject = (
  path: string,
  before: Uint8Array,
  bytes: Uint8Array,
) => Promise<'replaced' | 'changed'>

const unlessGone = (error: unknown): undefined => {
  if (codeOf(error) === 'ENOENT') return undefined
  throw error
}

/**
 * Renames a synced file over another one, which every file system does at once. Replacements of one file take turns, so
 * that of two made from the same bytes one is told that it came too late; other processes keep out by the lock of the
 * data folder.
 */
export const createReplaceObject = (aside: string, folders: FolderSync): ReplaceObject => {
  const turns = new Map<string, Promise<unknown>>()

  const replace: ReplaceObject = async (path, before, bytes) => {
    const there = await readFile(path).catch(unlessGone)
    if (there === undefined || Buffer.compare(there, before) !== 0) return 'changed'
    const temporary = join(aside, randomUUID())
    try {
      await writeSynced(temporary, bytes)
      await rename(temporary, path).catch(heldOpen)
    } catch (error) {
      await unlink(temporary).catch(unlessGone)
      throw error
    }
    await folders.sync(dirname(path))
    return 'replaced'
  }

  return async (path, before, bytes) => {
    const mine = (turns.get(path) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => replace(path, before, bytes))
    turns.set(path, mine)
    try {
      return await mine
    } finally {
      if (turns.get(path) === mine) turns.delete(path)
    }
  }
}

/** Windows renames over no file that somebody reads. */
const heldOpen = (error: unknown): never => {
  const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))
  if (held)
    throw new Fault(
      'transient',
      'object-store',
      'a file that must be replaced is being read',
      error,
    )
  throw error
}
