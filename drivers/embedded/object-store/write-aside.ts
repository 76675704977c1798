import { closeSync, linkSync, openSync, unlinkSync, writeSync } from 'node:fs'

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

/** Writes a file and gives it its name when nothing has it. The system has the bytes then; the disk may not. */
export const writeAside = ({ id, temporary, path, bytes }: WriteJob): WriteAnswer => {
  try {
    writeFile(temporary, bytes)
    linkSync(temporary, path)
    return { id, kind: 'written' }
  } catch (error) {
    const code = codeOf(error)
    return code === 'EEXIST' ? { id, kind: 'taken' } : { id, kind: 'failed', code }
  } finally {
    remove(temporary)
  }
}
