import { constants } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../../topology/model/failure.ts'
import { SourceError, type SourceStore } from '../../../topology/ports/source-store.ts'
import { createFileCalls, type FileCalls } from '../files/file-calls.ts'
import type { FileSourceStoreOptions } from './options.ts'

const defaultPieceBytes = 256 * 1024

const refuse = (code: SourceError['code'], message: string, cause?: unknown): never => {
  throw new SourceError(code, message, cause)
}

/** Slash and NUL must not hide behind percent signs; nor must a backslash where it separates: fileURLToPath refuses it there. */
const hidden = /%(?:2f|00)/i

/** A path of this system without anything to be unescaped, resolved or taken off. Most are such, and need no parsing. */
const plain = /^file:\/\/((?:\/[\w@+~=,-][\w@+~=,.-]*)+)$/

/** Path of a `file:` URI on this machine; the file system is not touched. */
const pathOf = (uri: string): string => {
  const known = sep === '/' ? plain.exec(uri)?.[1] : undefined
  if (known !== undefined) return known
  if (!URL.canParse(uri)) return refuse('uri-invalid', 'the source is not a URI')
  const url = new URL(uri)
  if (url.protocol !== 'file:')
    return refuse('uri-not-allowed', 'only file: sources are read by this profile')
  if (url.host !== '' || url.pathname.startsWith('//'))
    return refuse('uri-not-allowed', 'files of other machines are not read')
  if (hidden.test(url.pathname)) return refuse('uri-invalid', 'the source hides a separator')
  url.hash = ''
  url.search = ''
  try {
    return fileURLToPath(url)
  } catch (error) {
    return refuse('uri-invalid', 'the source is not a path of this system', error)
  }
}

const isBelow = (root: string, path: string): boolean => {
  if (path.startsWith(root) && path[root.length] === sep) return true
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** What an errno of the file system means for a source. */
const asSourceError = (error: unknown): unknown => {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new SourceError('not-found', 'the source is not there', error)
    case 'EACCES':
    case 'EPERM':
    case 'ELOOP':
    case 'ENAMETOOLONG':
      return new SourceError('not-readable', 'the source cannot be opened', error)
    case 'EISDIR':
      return new SourceError('not-a-file', 'the source is not a file', error)
    case 'EMFILE':
    case 'ENFILE':
    case 'EIO':
    case 'EAGAIN':
    case 'ESTALE':
      return new Fault('transient', 'source-store', 'the source cannot be read now', error)
    default:
      return error
  }
}

const orSourceError = async <T>(work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asSourceError(error)
  }
}

/** Reads `file:` URIs, only below the given roots, with symbolic links followed before they are judged. */
export const createFileSourceStore = (options: FileSourceStoreOptions): SourceStore => {
  const roots = options.roots.map((root) => resolve(root))
  const pieceBytes = options.pieceBytes ?? defaultPieceBytes

  const calls = createFileCalls()
  const known = new Map<string, string>()
  const realRoot = async (root: string): Promise<string | undefined> => {
    try {
      const real = known.get(root) ?? (await calls().realpath(root))
      known.set(root, real)
      return real
    } catch {
      return undefined
    }
  }

  /** Roots as they really are. One that is not there is asked for again: it may be mounted later. */
  const realRoots = async (): Promise<readonly string[]> => {
    if (known.size === roots.length) return [...known.values()]
    const found = await Promise.all(roots.map(realRoot))
    return found.filter((root) => root !== undefined)
  }

  /** Judges by the name first, so that nobody learns what exists elsewhere; then by where the name leads. */
  const locate = async (uri: string): Promise<string> => {
    const path = pathOf(uri)
    const allowed = await realRoots()
    if (![...roots, ...allowed].some((root) => isBelow(root, path)))
      return refuse('uri-not-allowed', 'the source is outside the allowed folders')
    const real = await orSourceError(() => calls().realpath(path))
    if (!allowed.some((root) => isBelow(root, real)))
      return refuse('uri-not-allowed', 'the source leads outside the allowed folders')
    return real
  }

  return {
    stat: async (uri) => {
      const path = await locate(uri)
      const found = await orSourceError(() => calls().stat(path))
      if (!found.isFile()) return refuse('not-a-file', 'the source is not a file')
      return { bytes: found.size, modifiedAt: Math.trunc(found.mtimeMs) }
    },
    read: (uri, range) => readPieces(calls(), () => locate(uri), pieceBytes, range),
  }
}

/** Not waiting for a writer: a pipe in the place of a file must not hold a reader up before it is refused. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

async function* readPieces(
  file: FileCalls,
  locate: () => Promise<string>,
  pieceBytes: number,
  range?: { readonly start: number; readonly end: number },
): AsyncGenerator<Uint8Array> {
  // NOFOLLOW: the path was real a moment ago; whoever swaps a link in now gets an error.
  const path = await locate()
  let descriptor: number | undefined
  try {
    descriptor = await file.open(path, flags)
    const found = await file.fstat(descriptor)
    if (!found.isFile()) refuse('not-a-file', 'the source is not a file')
    const end = Math.min(range?.end ?? Infinity, found.size)
    for (let at = range?.start ?? 0; at < end;) {
      const piece = await readPiece(file, descriptor, at, Math.min(pieceBytes, end - at))
      if (piece.length === 0) return
      at += piece.length
      yield piece
    }
  } catch (error) {
    throw asSourceError(error)
  } finally {
    if (descriptor !== undefined) await file.close(descriptor)
  }
}

/** A piece has its own memory, so that it can be handed to another thread. */
const readPiece = async (file: FileCalls, descriptor: number, position: number, length: number) => {
  const buffer = Buffer.allocUnsafeSlow(length)
  const bytes = await file.read(descriptor, buffer, position)
  return bytes === length ? buffer : Buffer.from(buffer.subarray(0, bytes))
}
