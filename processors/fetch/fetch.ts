import { hash } from 'node:crypto'
import { asUri, type Uri } from '../../schemas/brands.ts'
import {
  SourceError,
  type SourceErrorCode,
  type SourceStore,
} from '../../topology/ports/source-store.ts'
import { rowToJson, slackUserNames, wrapSlackDay } from './compose-content.ts'
import { FetchRefusal, type FetchCode } from '../../topology/model/fetch-code.ts'
import { parseMemberUri, type ByteRange, type MemberUri } from '../../topology/model/member-uri.ts'
import type { FetchOptions } from './options.ts'
import { createZipShelf, type ZipShelf } from './zip-shelf.ts'

/** What an event says about a document. */
export interface FetchRequest {
  readonly uri: Uri
  /** Hex SHA-256 of the bytes, where the archiver gave one. */
  readonly sha256?: string
}

export type FetchOutcome =
  | { readonly kind: 'fetched'; readonly content: Uint8Array; readonly contentHash: string }
  | { readonly kind: 'refused'; readonly code: FetchCode; readonly message: string }

/** Reads one document whole into memory, up to the size limit. Rejects only with faults of the port. */
export type FetchDocument = (request: FetchRequest, sources: SourceStore) => Promise<FetchOutcome>

/** Makes a fetcher. It remembers directories of zips and inflated entries, within the limits of the options. */
export const createFetch = (options: FetchOptions): FetchDocument => {
  const shelf = createZipShelf(options)
  return async (request, sources) => {
    try {
      const member = parseMemberUri(request.uri)
      if ('problem' in member) throw new FetchRefusal(member.problem, 'the URI cannot be used')
      return await fetchMember(member, request, { sources, options, shelf })
    } catch (error) {
      if (error instanceof FetchRefusal)
        return { kind: 'refused', code: error.code, message: error.message }
      if (error instanceof SourceError)
        return { kind: 'refused', code: error.code, message: whatToDo[error.code] }
      throw error
    }
  }
}

/** Of what a source answers, in words that name no path. */
const whatToDo: Readonly<Record<SourceErrorCode, string>> = {
  'not-found': 'the source is not there any more; publish its folder again, or erase the document',
  'not-readable': 'the source may not be read; give this user the right to read it',
  'not-a-file': 'the source is a folder or a device; publish the files in it',
  'uri-not-allowed':
    'the source is outside what may be read; name its folder in sources or by --source',
  'uri-invalid': 'the URI cannot be used; correct the archiver that made it',
}

interface Reading {
  readonly sources: SourceStore
  readonly options: FetchOptions
  readonly shelf: ZipShelf
}

const fetchMember = async (
  member: MemberUri,
  request: FetchRequest,
  reading: Reading,
): Promise<FetchOutcome> => {
  const bytes = await readMember(member, reading)
  const hash = sha256Of(bytes)
  if (request.sha256 !== undefined && hash !== request.sha256.toLowerCase())
    throw new FetchRefusal('checksum-mismatch', 'the bytes are not those of the event')
  const content = await complete(member, bytes, reading)
  return { kind: 'fetched', content, contentHash: content === bytes ? hash : sha256Of(content) }
}

const sha256Of = (bytes: Uint8Array): string => hash('sha256', bytes)

/** The bytes that the URI points at. */
const readMember = async (member: MemberUri, reading: Reading): Promise<Uint8Array> => {
  if (member.position !== undefined)
    throw new FetchRefusal(
      'entry-name',
      `entry ${member.position} of the zip has no name to go by: absolute, with ".." or NUL, empty, or taken`,
    )
  if (member.entry !== undefined) {
    const entry = await reading.shelf.readEntry(
      reading.sources,
      member.file,
      member.entry,
      member.bytes !== undefined,
    )
    return member.bytes === undefined ? entry : slice(entry, member.bytes)
  }
  return await readFile(member.file, member.bytes, reading)
}

/** Adds what the document cannot be read without: the header of its table, the user names of its export. */
const complete = async (
  member: MemberUri,
  bytes: Uint8Array,
  reading: Reading,
): Promise<Uint8Array> => {
  if (member.row !== undefined && member.header !== undefined) {
    const { users: _users, ...table } = member
    return rowToJson(await readMember({ ...table, bytes: member.header }, reading), bytes)
  }
  if (member.users !== undefined) {
    const { file, entry } = usersOf(member, member.users)
    const names = await userNames(file, entry, reading)
    return wrapSlackDay(channelOf(member), bytes, names)
  }
  return bytes
}

const NO_NAMES: ReadonlyMap<string, string> = new Map()

/** A missing user list is no reason to refuse a day: it is read with ids instead of names. */
const userNames = async (
  file: Uri,
  entry: string | undefined,
  reading: Reading,
): Promise<ReadonlyMap<string, string>> => {
  try {
    const { bytes, modifiedAt } = await reading.sources.stat(file)
    return await reading.shelf.remember(`${file}|${bytes}|${modifiedAt}#${entry ?? ''}`, async () =>
      slackUserNames(await readMember({ file, ...(entry !== undefined && { entry }) }, reading)),
    )
  } catch (error) {
    if (error instanceof FetchRefusal || error instanceof SourceError) return NO_NAMES
    throw error
  }
}

const usersOf = (
  member: MemberUri,
  users: string,
): { readonly file: Uri; readonly entry?: string } => {
  if (member.entry !== undefined) return { file: member.file, entry: users }
  const up = /^(?:\.\.\/)*/.exec(users)?.[0].length ?? 0
  const segments = member.file.split('/').slice(0, -1 - up / 3)
  const rest = users.slice(up).split('/').map(encodeURIComponent)
  return { file: asUri([...segments, ...rest].join('/')) }
}

/** The folder of the day file. */
const channelOf = (member: MemberUri): string => {
  const path = member.entry ?? decodeURIComponent(member.file)
  return path.split('/').at(-2) ?? ''
}

const slice = (bytes: Uint8Array, range: ByteRange): Uint8Array => {
  if (range.end > bytes.length)
    throw new FetchRefusal('range-outside', 'the entry is shorter than the range')
  return bytes.slice(range.start, range.end)
}

const readFile = async (
  file: Uri,
  range: ByteRange | undefined,
  { sources, options }: Reading,
): Promise<Uint8Array> => {
  const expected = range && range.end - range.start
  if (expected !== undefined && expected > options.maxBytes)
    throw new FetchRefusal('too-large', `${expected} bytes, at most ${options.maxBytes}`)
  const content = await collect(sources.read(file, range), options.maxBytes)
  if (expected !== undefined && content.length !== expected)
    throw new FetchRefusal('range-outside', 'the file is shorter than the range')
  return content
}

/** All pieces in one buffer; a file that grows while it is read is still held to the limit. */
export const collect = async (
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > maxBytes) throw new FetchRefusal('too-large', `more than ${maxBytes} bytes`)
    parts.push(piece)
  }
  const [only] = parts
  return only && parts.length === 1 ? only : Buffer.concat(parts, length)
}
