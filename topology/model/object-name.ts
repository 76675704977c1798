import type { DocumentId, TenantId } from '../../schemas/brands.ts'

/**
 * Percent-encodes everything but `A-Z a-z 0-9 . _ -` as UTF-8, so that any string is one segment of an object name, a
 * file name and a hive partition value alike. Dots at its ends, which hide files or vanish in some systems, are encoded too.
 */
export const encodeSegment = (value: string): string =>
  Buffer.from(value)
    .toString('latin1')
    .replace(/[^A-Za-z0-9._-]/g, (byte) => `%${hexOf(byte)}`)
    .replace(/^\.+|(?<!\.)\.+$/g, (dots) => '%2E'.repeat(dots.length))

const hexOf = (byte: string): string =>
  byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')

/** Numbers in names have 20 digits, so that code-unit order is number order. */
export const padNumber = (value: bigint | number): string => String(value).padStart(20, '0')

/** Areas of the object store: prepared texts, and sets of their chunks. */
export const preparedArea = 'prepared'
export const chunksArea = 'chunks'

/** Whose object it is. */
export interface ObjectOwner {
  readonly tenantId: TenantId
  readonly documentId: DocumentId
}

/**
 * Every object of the document in one area of the store begins with this. Documents share 256 folders by the first two
 * digits of their id, which is a hash, instead of having a folder each: creating and syncing folders costs more than
 * the files.
 */
export const documentPrefix = (area: string, { tenantId, documentId }: ObjectOwner): string => {
  const id = encodeSegment(documentId)
  return `${area}/${encodeSegment(tenantId)}/${id.slice(0, 2)}/${id}.`
}

/** `<area>/<tenant>/<first two digits>/<document>.<revision>.<rest>` */
export const objectName = (
  area: string,
  owner: ObjectOwner & { readonly revision: bigint },
  rest: string,
): string => `${documentPrefix(area, owner)}${padNumber(owner.revision)}.${rest}`

/** The revision in a name made by {@link objectName} for this owner; undefined for other names. */
export const revisionInName = (
  area: string,
  owner: ObjectOwner,
  name: string,
): bigint | undefined => {
  const prefix = documentPrefix(area, owner)
  if (!name.startsWith(prefix)) return undefined
  const digits = /^\d{20}(?=\.)/.exec(name.slice(prefix.length))?.[0]
  return digits === undefined ? undefined : BigInt(digits)
}

const longestSegment = 255
/** Control characters, and what Windows forbids in names. */
// oxlint-disable-next-line no-control-regex -- that is what it looks for
const forbidden = /[\u0000-\u001f\u007f"*:<>?\\|]/

const isSegment = (segment: string): boolean =>
  segment !== '' &&
  !segment.startsWith('.') &&
  !/[. ]$/.test(segment) &&
  !forbidden.test(segment) &&
  !/\p{Cs}/u.test(segment) &&
  Buffer.byteLength(segment) <= longestSegment

/**
 * Whether a name can be an object: relative, segments separated by `/`, none of them empty, hidden, `..`, or unfit for a
 * file name somewhere.
 */
export const isObjectName = (name: string): boolean => name.split('/').every(isSegment)
