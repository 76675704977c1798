import { SourceError } from '../../topology/ports/source-store.ts'

/** Where an object is: `host` is that of the endpoint, with its port where it has one. */
export interface SourcePlace {
  readonly host: string
  readonly bucket: string
  /** Unescaped. Empty for the bucket itself. */
  readonly key: string
}

const s3Uri = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})(?:\/([^?#]*))?(?:#.*)?$/s
const minioUri =
  /^minio:\/\/([a-z0-9][a-z0-9.-]*(?::\d{1,5})?)\/([a-z0-9][a-z0-9.-]{1,62})(?:\/([^?#]*))?(?:#.*)?$/s

const refuse = (code: SourceError['code'], message: string): never => {
  throw new SourceError(code, message)
}

/** Slash and NUL must not hide behind percent signs. */
const hidden = /%(?:2f|00)/i
// oxlint-disable-next-line no-control-regex -- that is what it looks for
const control = /[\u0000-\u001f\u007f]/

const keyOf = (path: string): string => {
  if (hidden.test(path)) return refuse('uri-invalid', 'the source hides a separator')
  let key: string
  try {
    key = decodeURIComponent(path)
  } catch {
    return refuse('uri-invalid', 'the source is not a URI')
  }
  if (control.test(key)) return refuse('uri-invalid', 'the source has control characters')
  // S3 takes dots for names. What is in front of it, or a file system behind it, may go where they lead.
  if (key.split('/').some((segment) => segment === '.' || segment === '..'))
    return refuse('uri-not-allowed', 'the source leads elsewhere by its dots')
  return key
}

/**
 * Reads `s3://bucket/key`, at `defaultHost`, or `minio://host:port/bucket/key`; the fragment is ignored. Nothing is resolved:
 * what looks as if it led elsewhere is refused. Throws {@link SourceError}.
 */
export const parseSourcePlace = (uri: string, defaultHost: string): SourcePlace => {
  const s3 = s3Uri.exec(uri)
  if (s3) return { host: defaultHost, bucket: s3[1] ?? '', key: keyOf(s3[2] ?? '') }
  const minio = minioUri.exec(uri)
  if (minio) return { host: minio[1] ?? '', bucket: minio[2] ?? '', key: keyOf(minio[3] ?? '') }
  return /^[a-z][a-z0-9+.-]*:/i.test(uri)
    ? refuse('uri-not-allowed', 'the source is of another scheme, or names no bucket')
    : refuse('uri-invalid', 'the source is not a URI')
}

/** Whether a place is the root or below it. */
export const isBelow = (root: SourcePlace, { host, bucket, key }: SourcePlace): boolean => {
  if (root.host !== host || root.bucket !== bucket) return false
  const folder = root.key === '' || root.key.endsWith('/') ? root.key : `${root.key}/`
  return key === root.key || key.startsWith(folder)
}
