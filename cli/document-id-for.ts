import { asTenantId, asUri, type DocumentId } from '../schemas/brands.ts'
import { documentIdOf } from '../topology/model/uuid.ts'
import { isUri, uriOfPath } from './uri-of-path.ts'

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** A document by its id, its URI or the path of its file. */
export const documentIdFor = (given: string, tenant: string): DocumentId => {
  if (uuid.test(given)) return given.toLowerCase() as DocumentId
  return documentIdOf(asTenantId(tenant), isUri(given) ? asUri(given) : uriOfPath(given))
}
