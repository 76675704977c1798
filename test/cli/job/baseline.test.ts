import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { baselineOf, deadLater, publishedSince } from '../../../cli/job/baseline.ts'
import { createEmbeddedRecordLog } from '../../../drivers/embedded/record-log/embedded-record-log.ts'
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { asDocumentId } from '../../../schemas/brands.ts'
import type { DeadLetter } from '../../../schemas/generated/types.ts'
import type { Topic } from '../../../topology/model/topic.ts'
import type { Topology } from '../../../topology/model/topology.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import type { RuntimeEnvironment } from '../../../topology/runtime/environment.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { createTopics } from '../../../topology/topics.ts'
import { aDocumentEvent, aProducedBy } from '../../builders/a-document-event.ts'
import { aPreparedDocument } from '../../builders/outputs.ts'
import { uuid } from '../../contracts/vector-index.contract.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const { topics, deadLetters, ledger } = createTopics(2)
const source = { kind: 'source', name: 'from', topic: topics.documents, declaredAt: '' }
const topology = {
  name: 'archive',
  hash: 'abcdef123456',
  topics: Object.values(topics),
  deadLetters,
  ledger,
  subTopologies: [{ name: 'prepare', doc: '', nodes: [source] }],
} as unknown as Topology

const aLetter = (subTopology: string, document: string, revision: bigint): DeadLetter => ({
  tenantId: null,
  documentId: asDocumentId(uuid(document)),
  revision,
  archivedAt: null,
  ingestedAt: null,
  producedBy: aProducedBy(),
  disposition: 'POISON',
  code: 'bad-result',
  subTopology,
  stage: subTopology,
  stageVersion: 1,
  topologyHash: '',
  attempt: 1,
  firstFailedAt: 0,
  lastFailedAt: 0,
  fingerprint: '',
  message: '',
  itemId: null,
  sourceTopic: '',
  sourcePartition: 0,
  sourceOffset: 0n,
  traceparent: null,
  originalKey: new Uint8Array(),
  originalValue: new Uint8Array(),
  originalHeaders: {},
})

describe('what a job began with', () => {
  const folder = temporaryFolder()
  const registry = createPackageSchemaRegistry()
  let log: RecordLog
  let env: RuntimeEnvironment

  beforeEach(async () => {
    log = await createEmbeddedRecordLog({ dataDir: folder(), clock: systemClock })
    env = {
      topology,
      log,
      registry,
      options: defaultRuntimeOptions,
    } as unknown as RuntimeEnvironment
  })
  afterEach(() => log.close())

  const put = async <V extends { readonly documentId: string | null }>(
    topic: Topic<V>,
    ...values: readonly V[]
  ): Promise<void> => {
    const serde = await registry.open(topic.codec)
    const records = values.map((value) => ({
      topic: topic.name,
      key: Buffer.from(value.documentId ?? ''),
      value: serde.encode(value),
      timestamp: 0,
      headers: {},
    }))
    await log.produce(records)
  }
  const event = (document: string) => aDocumentEvent({ documentId: asDocumentId(uuid(document)) })
  const prepared = (document: string, revision: bigint) =>
    aPreparedDocument({ documentId: asDocumentId(uuid(document)), revision })

  it('is nothing in a folder where nothing was', async () => {
    const baseline = await baselineOf(env)
    assert.equal(baseline.waiting, 0)
    assert.equal(await publishedSince(env, baseline), 0)
  })

  it('tells documents that waited from those that came since', async () => {
    await baselineOf(env)
    await put(topics.documents, event('a'), event('b'))
    const baseline = await baselineOf(env)
    await put(topics.documents, event('a'), event('c'), event('d'))
    assert.equal(baseline.waiting, 2)
    assert.equal(await publishedSince(env, baseline), 3)
  })

  it('tells who died of the documents prepared since, and who of those an earlier job had prepared', async () => {
    await baselineOf(env)
    await put(topics.prepared, prepared('a', 1n), prepared('b', 1n))
    await put(deadLetters, aLetter('embed', 'b', 1n))
    const baseline = await baselineOf(env)
    await put(topics.prepared, prepared('b', 2n), prepared('c', 1n), prepared('d', 1n))
    await put(
      deadLetters,
      aLetter('embed', 'a', 1n),
      aLetter('embed', 'c', 1n),
      aLetter('classify', 'c', 1n),
      aLetter('summarise', 'b', 1n),
      aLetter('prepare', 'd', 1n),
    )
    assert.deepEqual(await deadLater(env, baseline), { own: 1, earlier: 2 })
  })
})
