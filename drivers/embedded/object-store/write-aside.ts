import { closeSync, existsSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'

/** A file to be written. */
export interface WriteJob {
  readonly id: number
  /** Where the bytes are written first. */
  readonly temporary: string
  /** The name that they get. */
  readonly path: string
  readonly bytes: Uint8Array
}

export type WriteAnswer =
  | { readonly id: number; readonly kind: 'written' | 'taken' }
  | { readonly id: number; readonly kind: 'failed'; readonly code: string }

/** What became of jobs that came together, and the memory that they came in. */
export interface WrittenJobs {
  readonly answers: readonly WriteAnswer[]
  readonly memory: ArrayBuffer
}

export const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown'

const writeFile = (path: string, bytes: Uint8Array): void => {
  const descriptor = openSync(path, 'wx')
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
  } finally {
    closeSync(descriptor)
  }
}

const remove = (path: string): void => {
  try {
    unlinkSync(path)
  } catch {
    // Swept at the next start.
  }
}

/**
 * Writes a file and gives it its name when nothing has it. The system has the bytes then; the disk may not. Only one thread
 * of one process, the owner of the folder, may call this: between the look at the name and its taking, nobody else takes it.
 * That is one change of a folder fewer than linking and unlinking.
 */
export const writeAside = ({ id, temporary, path, bytes }: WriteJob): WriteAnswer => {
  if (existsSync(path)) return { id, kind: 'taken' }
  try {
    writeFile(temporary, bytes)
    renameSync(temporary, path)
    return { id, kind: 'written' }
  } catch (error) {
    remove(temporary)
    return { id, kind: 'failed', code: codeOf(error) }
  }
}
