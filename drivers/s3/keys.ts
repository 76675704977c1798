import { asUri, type Uri } from '../../schemas/brands.ts'
import { isObjectName } from '../../topology/model/object-name.ts'

/** Most bytes of a key, as S3 has it. */
const longestKey = 1024

/** How objects of one store are called in its bucket, and back. */
export interface S3Keys {
  /** Throws `RangeError` when the name is none of an object. */
  readonly keyOf: (name: string) => string
  /** The name behind a key; undefined for what is in the folder and no object of the store. */
  readonly nameOf: (key: string) => string | undefined
  /** Throws `RangeError` when the URI is of no object of this store. */
  readonly keyOfUri: (uri: Uri) => string
  readonly uriOf: (name: string) => Uri
}

/** `=`, `@` and `+` stay readable: folders are named `tenant=a`. */
const encodeName = (name: string): string =>
  encodeURIComponent(name).replaceAll(/%(?:2F|3D|40|2B)/g, (each) => decodeURIComponent(each))

export const createS3Keys = (bucket: string, prefix: string): S3Keys => {
  const before = `${prefix}/`
  const uriBefore = `s3://${bucket}/${encodeName(before)}`

  const keyOf = (name: string): string => {
    const key = before + name
    if (!isObjectName(name) || Buffer.byteLength(key) > longestKey)
      throw new RangeError('not the name of an object')
    return key
  }

  return {
    keyOf,
    nameOf: (key) => {
      const name = key.startsWith(before) ? key.slice(before.length) : ''
      return isObjectName(name) ? name : undefined
    },
    keyOfUri: (uri) => {
      if (!uri.startsWith(uriBefore)) throw new RangeError('not the URI of an object of this store')
      return keyOf(decodeURIComponent(uri.slice(uriBefore.length)))
    },
    uriOf: (name) => asUri(`s3://${bucket}/${encodeName(keyOf(name))}`),
  }
}
