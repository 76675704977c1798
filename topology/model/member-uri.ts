import { asUri, type Uri } from '../../schemas/brands.ts'

/** Half-open range of bytes. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Where one document is: a file, or a place inside one. In the fragment, as `key=value` pairs joined by `&`:
 *
 * - `bytes=0-4095`: a stretch of the file (or of the entry), last byte included, as in HTTP;
 * - `entry=general/a.eml`: an entry of a zip;
 * - `position=3`: an entry of a zip by its place in the directory, from 1, where its name is none to go by. It is never read;
 * - `row=17`: the record number of a table, from 1; its stretch is `bytes`, the header's is `header`;
 * - `users=../users.json`: the user list that belongs to a Slack day, relative to the file, or an entry of the same zip.
 */
export interface MemberUri {
  /** The file without fragment. */
  readonly file: Uri
  readonly bytes?: ByteRange
  readonly entry?: string
  readonly position?: number
  readonly row?: number
  readonly header?: ByteRange
  readonly users?: string
}

/** Why a URI cannot be used: it is malformed, or of a scheme that is not offered. */
export type UriProblem = 'uri-invalid' | 'uri-not-allowed'

const KEYS = new Set(['bytes', 'entry', 'position', 'row', 'header', 'users'])
const LONGEST_URI = 8192

/**
 * Reads a URI. Only `file:` URIs without host, and `s3:` and `minio:` ones, are allowed; `..` and `.` segments, encoded or
 * not, NUL, and encoded slashes are refused rather than resolved, so that what was checked is what is opened. Whether the file
 * lies under an allowed root, with links resolved, is for the `SourceStore`.
 */
export const parseMemberUri = (uri: string): MemberUri | { readonly problem: UriProblem } => {
  if (uri.length > LONGEST_URI) return { problem: 'uri-invalid' }
  const hash = uri.indexOf('#')
  const file = hash === -1 ? uri : uri.slice(0, hash)
  const problem = problemOf(file)
  if (problem !== undefined) return { problem }
  const member = hash === -1 ? {} : parseFragment(uri.slice(hash + 1))
  return member === undefined ? { problem: 'uri-invalid' } : { file: asUri(file), ...member }
}

const problemOf = (file: string): UriProblem | undefined => {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(file)?.[1]?.toLowerCase()
  if (scheme === undefined) return 'uri-invalid'
  if (!/^(?:file:\/\/|(?:s3|minio):\/\/[a-z0-9.:-]+)\//i.test(file)) return 'uri-not-allowed'
  if (file.includes('?') || file.includes('\\')) return 'uri-invalid'
  if (/%(?:2f|00)/i.test(file) || file.includes('\0')) return 'uri-not-allowed'
  const path = decoded(file.slice(file.indexOf('//') + 2))
  if (path === undefined) return 'uri-invalid'
  return path.split('/').some((segment) => segment === '..' || segment === '.')
    ? 'uri-not-allowed'
    : undefined
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const parseFragment = (fragment: string): Omit<MemberUri, 'file'> | undefined => {
  const values = new Map<string, string>()
  for (const pair of fragment.split('&')) {
    const equals = pair.indexOf('=')
    const key = pair.slice(0, Math.max(equals, 0))
    const value = decoded(pair.slice(equals + 1))
    if (!KEYS.has(key) || values.has(key) || value === undefined || value === '') return undefined
    values.set(key, value)
  }
  const bytes = parseRange(values.get('bytes'))
  const header = parseRange(values.get('header'))
  const row = parseNumber(values.get('row'))
  const position = parseNumber(values.get('position'))
  if (bytes === null || header === null || row === null || position === null) return undefined
  if (row !== undefined && bytes === undefined) return undefined
  const entry = values.get('entry')
  const users = values.get('users')
  return {
    ...(bytes && { bytes }),
    ...(header && { header }),
    ...(position !== undefined && { position }),
    ...(row !== undefined && { row }),
    ...(entry !== undefined && { entry }),
    ...(users !== undefined && { users }),
  }
}

/** `undefined` when absent, `null` when malformed. */
const parseRange = (value: string | undefined): ByteRange | undefined | null => {
  if (value === undefined) return undefined
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(value)
  if (match === null) return null
  const start = Number(match[1])
  const end = Number(match[2]) + 1
  return start < end ? { start, end } : null
}

/** From 1; `undefined` when absent, `null` when malformed. */
const parseNumber = (value: string | undefined): number | undefined | null => {
  if (value === undefined) return undefined
  return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : null
}

/** Writes a member's URI; the keys stand in one order, so that equal places have equal URIs. */
export const formatMemberUri = (member: MemberUri): Uri => {
  const pairs = [
    member.entry === undefined ? undefined : `entry=${encodeEntry(member.entry)}`,
    member.position === undefined ? undefined : `position=${member.position}`,
    member.row === undefined ? undefined : `row=${member.row}`,
    member.bytes && `bytes=${formatRange(member.bytes)}`,
    member.header && `header=${formatRange(member.header)}`,
    member.users === undefined ? undefined : `users=${encodeEntry(member.users)}`,
  ].filter((pair) => pair !== undefined)
  return asUri(pairs.length === 0 ? member.file : `${member.file}#${pairs.join('&')}`)
}

const formatRange = (range: ByteRange): string => `${range.start}-${range.end - 1}`

const encodeEntry = (name: string): string => encodeURIComponent(name).replaceAll('%2F', '/')

/** The file URI of an absolute path with `/` separators. */
export const fileUriOf = (absolutePath: string): Uri =>
  asUri(
    `file://${absolutePath.startsWith('/') ? '' : '/'}${absolutePath
      .split('/')
      .map((segment) => encodeURIComponent(segment).replaceAll('%3A', ':'))
      .join('/')}`,
  )

/** The last segment of the entry or the file, decoded: the best name there is. */
export const nameOfMember = (member: MemberUri): string => {
  const path = member.entry ?? decoded(member.file) ?? ''
  return path.slice(path.lastIndexOf('/') + 1)
}
