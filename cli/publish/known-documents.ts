import type { Uri } from '../../schemas/brands.ts'
import type { SchemaRegistry } from '../../topology/ports/schema-registry.ts'
import { createTopics } from '../../topology/topics.ts'
import { readTopic, type ReadableLog } from '../read/read-topic.ts'

/**
 * Documents of a tenant that the archive was told of and not yet told to erase, at a place, in the folder it names or in
 * the container it names, with their highest revision. What is gone from the disk, or from its container, is among them.
 */
export const knownDocuments = async (
  log: ReadableLog,
  registry: SchemaRegistry,
  tenant: string,
  place: Uri,
): Promise<ReadonlyMap<Uri, bigint>> => {
  const { documents } = createTopics(1).topics
  const known = new Map<Uri, bigint>()
  for await (const { decoded } of readTopic(log, registry, documents)) {
    const { tenantId, uri, operation, revision } = decoded
    if (tenantId !== tenant || !isAtOrBelow(uri, place)) continue
    if (operation === 'ERASE') known.delete(uri)
    else if (revision > (known.get(uri) ?? -1n)) known.set(uri, revision)
  }
  return known
}

const isAtOrBelow = (uri: Uri, place: Uri): boolean =>
  uri === place || uri.startsWith(`${place}/`) || uri.startsWith(`${place}#`)
