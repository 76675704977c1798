import type { Budget } from '../budget.ts'
import { readHeaderBlock } from './header-block.ts'
import { parseParameterised, type ParameterisedValue } from './parameters.ts'

/** One leaf of a MIME tree: a stretch of the raw bytes and how to read it. */
export interface MimeLeaf {
  /**
   * `body`: text shown as the message; `attachment`: everything else; `message`: a nested mail. Of a
   * `multipart/alternative` only the chosen variant's text becomes `body`, the others are not in the list.
   */
  readonly role: 'body' | 'attachment' | 'message'
  /** `0` for the root, `0.2` for its third part, `0.2.1` for the second part of that. */
  readonly path: string
  readonly depth: number
  /** Lower-case media type as declared; `text/plain` when none is. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly encoding: string
  readonly name?: string
  /** The raw bytes of the body, still in transfer encoding. */
  readonly bytes: Buffer
  /** It lies inside `multipart/encrypted`. */
  readonly encrypted: boolean
}

/** A mail taken apart: the headers of its root and its leaves in order. */
export interface MimeParts {
  readonly headers: ReadonlyMap<string, string>
  readonly leaves: readonly MimeLeaf[]
  /** `boundary-missing` where a multipart could not be split. */
  readonly warnings: readonly string[]
}

interface Scope {
  readonly path: string
  readonly depth: number
  readonly defaultType: string
  readonly encrypted: boolean
}

const LF = 10
const CR = 13
const DASH = 45

/**
 * Takes a message in `bytes` apart (RFC 2046). Works on views of the buffer, copies nothing; every search ends with the part
 * it runs in, so the time is linear in bytes × depth.
 *
 * @throws ParseRefusal `too-deep`, `too-many-parts`, `header-too-large`
 */
export const splitMime = (
  bytes: Buffer,
  path: string,
  depth: number,
  budget: Budget,
): MimeParts => {
  const leaves: MimeLeaf[] = []
  const warnings: string[] = []
  const splitter = { budget, warnings }
  const root = { path, depth, defaultType: 'text/plain', encrypted: false }
  const headers = splitPart(bytes, root, splitter, leaves)
  return { headers, leaves, warnings }
}

interface Splitter {
  readonly budget: Budget
  readonly warnings: string[]
}

const splitPart = (
  bytes: Buffer,
  scope: Scope,
  splitter: Splitter,
  leaves: MimeLeaf[],
): ReadonlyMap<string, string> => {
  splitter.budget.checkDepth(scope.depth)
  splitter.budget.countPart()
  const { values, bodyStart } = readHeaderBlock(bytes, 0, bytes.length, splitter.budget)
  const contentType = values.get('content-type')
  const type =
    contentType === undefined ? implied(scope.defaultType) : parseParameterised(contentType)
  const body = bytes.subarray(bodyStart)
  if (type.value.startsWith('multipart/')) {
    const pieces = splitMultipart(body, type.parameters.get('boundary') ?? '')
    if (pieces.length > 0) {
      splitChildren(pieces, type.value, scope, splitter, leaves)
      return values
    }
    splitter.warnings.push('boundary-missing')
    leaves.push(leafOf(values, implied('text/plain'), body, scope))
    return values
  }
  leaves.push(leafOf(values, type, body, scope))
  return values
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map()
const implied = (value: string): ParameterisedValue => ({ value, parameters: NO_PARAMETERS })

const leafOf = (
  headers: ReadonlyMap<string, string>,
  type: ParameterisedValue,
  bytes: Buffer,
  scope: Scope,
): MimeLeaf => {
  const dispositionHeader = headers.get('content-disposition')
  const disposition =
    dispositionHeader === undefined ? undefined : parseParameterised(dispositionHeader)
  const name = disposition?.parameters.get('filename') ?? type.parameters.get('name')
  const mediaType = type.value.includes('/') ? type.value : 'text/plain'
  const shown =
    (mediaType === 'text/plain' || mediaType === 'text/html' || mediaType === 'text/enriched') &&
    disposition?.value !== 'attachment' &&
    (!name || scope.path === '0')
  return {
    role: mediaType === 'message/rfc822' ? 'message' : shown ? 'body' : 'attachment',
    path: scope.path,
    depth: scope.depth,
    type: mediaType,
    parameters: type.parameters,
    encoding:
      (headers.get('content-transfer-encoding') ?? '').split(/[;\s]/, 1)[0]?.toLowerCase() ?? '',
    ...(name ? { name: name.trim() } : {}),
    bytes,
    encrypted: scope.encrypted,
  }
}

const splitChildren = (
  pieces: readonly Buffer[],
  type: string,
  scope: Scope,
  splitter: Splitter,
  leaves: MimeLeaf[],
): void => {
  const children = pieces.map((piece, index) => {
    const child: MimeLeaf[] = []
    const inner: Scope = {
      path: `${scope.path}.${index}`,
      depth: scope.depth + 1,
      defaultType: type === 'multipart/digest' ? 'message/rfc822' : 'text/plain',
      encrypted: scope.encrypted || type === 'multipart/encrypted',
    }
    splitPart(piece, inner, splitter, child)
    return child
  })
  const chosen = type === 'multipart/alternative' ? chooseAlternative(children) : undefined
  children.forEach((child, index) => {
    const dropsBody = chosen !== undefined && index !== chosen
    for (const leaf of child) if (!dropsBody || leaf.role !== 'body') leaves.push(leaf)
  })
}

/** The first variant with plain text that is not blank, else the first with any text, else the first. */
const chooseAlternative = (children: readonly (readonly MimeLeaf[])[]): number => {
  const plain = children.findIndex((leaves) => leaves.some((leaf) => hasBody(leaf, 'text/plain')))
  if (plain !== -1) return plain
  const any = children.findIndex((leaves) => leaves.some((leaf) => hasBody(leaf)))
  return Math.max(any, 0)
}

const hasBody = (leaf: MimeLeaf, type?: string): boolean =>
  leaf.role === 'body' && (type === undefined || leaf.type === type) && hasInk(leaf.bytes)

const hasInk = (bytes: Buffer): boolean => {
  for (const byte of bytes) if (byte > 32) return true
  return false
}

/** The bodies between the delimiter lines of a multipart; empty when there is no delimiter. */
const splitMultipart = (body: Buffer, boundary: string): Buffer[] => {
  if (boundary === '') return []
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const pieces: Buffer[] = []
  let pieceStart = -1
  let position = 0
  while (position < body.length) {
    const found = body.indexOf(delimiter, position)
    if (found === -1) break
    const after = found + delimiter.length
    const lineEnd = found === 0 || body[found - 1] === LF ? endOfDelimiter(body, after) : -1
    if (lineEnd === -1) {
      position = after
      continue
    }
    if (pieceStart !== -1)
      pieces.push(body.subarray(pieceStart, trimLineEnd(body, pieceStart, found)))
    pieceStart = lineEnd
    if (body[after] === DASH && body[after + 1] === DASH) return pieces
    position = lineEnd
  }
  if (pieceStart !== -1) pieces.push(body.subarray(pieceStart))
  return pieces
}

/** Where the line of a delimiter ends when only `--` and white space follow, else -1 (a longer boundary starts alike). */
const endOfDelimiter = (body: Buffer, after: number): number => {
  let position = after
  if (body[position] === DASH && body[position + 1] === DASH) position += 2
  while (body[position] === 32 || body[position] === 9 || body[position] === CR) position += 1
  if (position >= body.length) return body.length
  return body[position] === LF ? position + 1 : -1
}

/** The line end before a delimiter belongs to the delimiter. */
const trimLineEnd = (body: Buffer, start: number, delimiterStart: number): number => {
  let end = delimiterStart
  if (end > start && body[end - 1] === LF) end -= 1
  if (end > start && body[end - 1] === CR) end -= 1
  return end
}
