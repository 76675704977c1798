import { hash } from 'node:crypto'
import { asDocumentId, type DocumentId, type TenantId, type Uri } from '../../schemas/brands.ts'

/** Namespace of the ids of this system: a UUIDv4 drawn once. */
export const namespace = '0d9b1f0a-6c1e-4d0e-9d0c-5b6d3a7f2e41'

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')
const namespaceBytes = bytesOf(namespace)

/** Name-based UUID, version 5 (SHA-1), RFC 9562 §5.5. Equal names give equal ids everywhere. */
export const uuidV5 = (name: string, within: string = namespace): string => {
  const before = within === namespace ? namespaceBytes : bytesOf(within)
  const hex = hash('sha1', Buffer.concat([before, Buffer.from(name)]))
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Id of a document: a function of tenant and canonical source URI, so that archiving again finds it again. */
export const documentIdOf = (tenantId: TenantId, uri: Uri): DocumentId =>
  asDocumentId(uuidV5(`${tenantId}\n${uri}`))
