import { resolve } from 'node:path'
import { asTenantId, asUri, type Uri } from '../../schemas/brands.ts'
import { containerEventCodec, documentEventCodec } from '../../schemas/generated/codecs.ts'
import type { Operation } from '../../schemas/generated/types.ts'
import { deadlineHeaders } from '../../topology/model/deadline-class.ts'
import type { DeadlineClass } from '../../topology/model/deadline-class.ts'
import type { Identity } from '../../topology/ports/identity.ts'
import type { ProduceRecord, RecordLog } from '../../topology/ports/record-log.ts'
import type { SchemaRegistry } from '../../topology/ports/schema-registry.ts'
import { createTopics } from '../../topology/topics.ts'
import { isUri, uriOfPath } from '../uri-of-path.ts'
import { findSources, type FoundSource } from './find-sources.ts'
import type { Skipped } from './walk-files.ts'
import { containerEventOf, documentEventOf, type PublishContext } from './source-events.ts'

/** What is to be published, and on whose behalf. */
export interface PublishRequest {
  /** Files and folders; for erasures also URIs of documents, as `search` and `show` print them. */
  readonly paths: readonly string[]
  readonly tenant: string
  readonly operation: Operation
  readonly identity: Identity
  /** Epoch milliseconds. */
  readonly now: number
  /** For erasures: the documents known at a place and their revisions, gone from the disk or not. */
  readonly known?: (place: Uri) => Promise<ReadonlyMap<Uri, bigint>>
  /** Absolute path of the data folder: never a source, even where it lies below one. */
  readonly dataDir: string
  /** Asked at every file: true ends the publishing early. The rest is for the next time. */
  readonly stopped?: () => boolean
  /** Whether somebody waits for what is made of it; nobody does, when absent. */
  readonly deadline?: DeadlineClass
}

/** What was published. Containers become more documents once they are expanded. */
export interface Published {
  documents: number
  containers: number
  bytes: number
  /** Paths that could not be looked into, with the code of the operating system. */
  readonly unreadable: { readonly path: string; readonly code: string }[]
  /** Paths of what is no file to archive, with the reason. */
  readonly skipped: { readonly path: string; readonly reason: Skipped['reason'] }[]
}

export const nothingPublished = (): Published => ({
  documents: 0,
  containers: 0,
  bytes: 0,
  unreadable: [],
  skipped: [],
})

const batchSize = 500
const { topics } = createTopics(1)

/**
 * Publishes an event for every file under the paths: documents as they are, containers to be expanded. Ids come from
 * tenant and place, revisions from the time of change, so publishing again changes nothing downstream.
 */
export const publish = async (
  log: Pick<RecordLog, 'produce'>,
  registry: SchemaRegistry,
  request: PublishRequest,
  onProgress: (published: Published) => void = () => {},
): Promise<Published> => {
  const toRecord = await openRecordMaker(registry, request)
  const published = nothingPublished()
  let batch: ProduceRecord[] = []
  const send = async (): Promise<void> => {
    if (batch.length > 0) await log.produce(batch)
    batch = []
    onProgress(published)
  }
  const add = async (found: FoundSource): Promise<void> => {
    batch.push(toRecord(found))
    published.bytes += found.source.bytes ?? 0
    published[found.container ? 'containers' : 'documents']++
    if (batch.length >= batchSize) await send()
  }
  for (const path of request.paths) {
    const known = new Map(await knownAt(path, request))
    const anyKnown = known.size > 0
    for await (const found of foundAt(path, request.dataDir)) {
      if (request.stopped?.()) break
      if (found.kind === 'source') {
        known.delete(found.source.uri)
        await add(found)
      } else if (found.kind === 'skipped') published.skipped.push(found)
      else if (!anyKnown || found.code !== 'ENOENT') published.unreadable.push(found)
    }
    for (const [uri, revision] of known) await add(goneSource(uri, revision))
  }
  await send()
  return published
}

/** At a URI only what the archive knows is found: it may point into a file, or to another machine. */
async function* foundAt(path: string, dataDir: string): ReturnType<typeof findSources> {
  if (isUri(path)) yield { kind: 'unreadable', path, code: 'ENOENT' }
  else yield* findSources(resolve(path), dataDir)
}

/** What an erasure must reach besides what is still on the disk. */
const knownAt = async (
  path: string,
  { operation, known }: PublishRequest,
): Promise<ReadonlyMap<Uri, bigint>> =>
  operation === 'ERASE' && known ? known(isUri(path) ? asUri(path) : uriOfPath(path)) : new Map()

/** A document whose file, or whose place in a container, need not be there any more: its URI says which one it was. */
const goneSource = (uri: Uri, revision: bigint): FoundSource => ({
  kind: 'source',
  source: { uri, name: '', modifiedAt: Number(revision) },
  container: undefined,
})

/** Makes the record of a source: a document event, or a container event where it is one. */
export const openRecordMaker = async (
  registry: SchemaRegistry,
  request: Pick<PublishRequest, 'tenant' | 'operation' | 'identity' | 'now' | 'deadline'>,
) => {
  const documents = await registry.open(documentEventCodec)
  const containers = await registry.open(containerEventCodec)
  const context: PublishContext = { ...request, tenantId: asTenantId(request.tenant) }
  return ({ source, container }: FoundSource): ProduceRecord => {
    if (container) {
      const event = containerEventOf(context, source, container)
      return recordOf(topics.containers.name, event, containers.encode(event), request)
    }
    const event = documentEventOf(context, source)
    return recordOf(topics.documents.name, event, documents.encode(event), request)
  }
}

const recordOf = (
  topic: ProduceRecord['topic'],
  event: { readonly documentId: string },
  value: Uint8Array,
  { now: timestamp, deadline }: Pick<PublishRequest, 'now' | 'deadline'>,
): ProduceRecord => ({
  topic,
  key: Buffer.from(event.documentId),
  value,
  timestamp,
  headers: deadlineHeaders(deadline),
})
