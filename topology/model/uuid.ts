import { createHash } from 'node:crypto'
import { asDocumentId, type DocumentId, type TenantId, type Uri } from '../../schemas/brands.ts'

/** Namespace of the ids of this system: a UUIDv4 drawn once. */
export const namespace = '0d9b1f0a-6c1e-4d0e-9d0c-5b6d3a7f2e41'

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

/** Name-based UUID, version 5 (SHA-1), RFC 9562 §5.5. Equal names give equal ids everywhere. */
export const uuidV5 = (name: string, within: string = namespace): string => {
  const hash = createHash('sha1').update(bytesOf(within)).update(name).digest().subarray(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Id of a document: a function of tenant and canonical source URI, so that archiving again finds it again. */
export const documentIdOf = (tenantId: TenantId, uri: Uri): DocumentId =>
  asDocumentId(uuidV5(`${tenantId}\n${uri}`))
