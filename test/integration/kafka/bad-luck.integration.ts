import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'mocha'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { connectProducer, createAdmin, createCluster } from '../../../drivers/kafka/kafkajs.ts'
import { createConfluentSchemaRegistry } from '../../../drivers/registry/confluent-schema-registry.ts'
import { createSubjectTool } from '../../../drivers/registry/subjects.ts'
import { encodeFramed, readId } from '../../../drivers/registry/wire-format.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { asDocumentId } from '../../../schemas/brands.ts'
import { deadLetterCodec, documentEventCodec } from '../../../schemas/generated/codecs.ts'
import type { DocumentEvent } from '../../../schemas/generated/types.ts'
import { forward } from '../../../topology/model/outcome.ts'
import { partitionLags } from '../../../topology/runtime/lag.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { proxyTo } from '../../services/proxy.ts'
import type { KafkaAddress } from '../../services/kafka.ts'
import { kafka } from '../../services/services.ts'
import { copies, documents, onKafka, until, type Copy } from './an-engine-on-kafka.ts'
import { optionsFor } from './connections.ts'

const copy: Copy = async (value) => forward(value)

const anEvent = (number: number, changes: Partial<DocumentEvent> = {}): DocumentEvent =>
  aDocumentEvent({
    documentId: asDocumentId(`6f1f2d0c-7f0a-5f4e-9a55-${String(number).padStart(12, '0')}`),
    name: `${number}.eml`,
    ...changes,
  })
const events = (from: number, to: number): readonly DocumentEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => anEvent(from + index))

const namesOf = (found: readonly DocumentEvent[]): readonly string[] =>
  [...new Set(found.map(({ name }) => name ?? ''))].toSorted()
const namesUpTo = (count: number): readonly string[] => namesOf(events(1, count))

describe('bad luck on Kafka', function () {
  this.timeout(90_000)
  let address: KafkaAddress
  let there: Awaited<ReturnType<typeof onKafka>>
  let admin: ReturnType<typeof createAdmin>

  before(async () => {
    ;({ address } = await kafka('kafka-4.3.1'))
    admin = createAdmin(createCluster(optionsFor(address.bootstrap)))
    await admin.connect()
  })
  after(() => admin.disconnect())
  afterEach(() => there.close())

  const copied = async (count: number): Promise<void> => {
    await until(async () => namesOf(await there.copies()).length >= count)
    assert.deepEqual(namesOf(await there.copies()), namesUpTo(count))
  }
  const inCluster = (name: string): string => `${there.prefix}${name}`
  const group = (): string => inCluster('test.part')

  it('turns what is no event into dead letters with the bytes as they were, and does the rest', async () => {
    there = await onKafka(address.bootstrap)
    const serde = await there.registry.open(documentEventCodec)
    const good = Buffer.from(serde.encode(anEvent(1)))
    const ofLetters = await there.registry.open(deadLetterCodec)
    const letterId = readId('', ofLetters.encode(aLetter))
    const withId = (id: number): Buffer => {
      const bytes = Buffer.from(good)
      bytes.writeInt32BE(id, 1)
      return bytes
    }
    const bad: readonly (Buffer | null)[] = [
      Buffer.from('this is no event'),
      Buffer.alloc(0),
      withId(0x7ffffffe),
      withId(letterId),
      good.subarray(0, 40),
      null,
    ]
    const producer = await connectProducer(optionsFor(address.bootstrap), [])
    const messages = bad.map((value, index) => ({ key: Buffer.from(`${index}`), value }))
    const keyless = { key: null, value: Buffer.from(serde.encode(anEvent(2))) }
    await producer.send({ topic: inCluster(documents.name), messages })
    await producer.send({
      topic: inCluster(documents.name),
      messages: [{ key: Buffer.from(anEvent(1).documentId), value: good }, keyless],
    })
    await producer.disconnect()
    const { engine } = await there.start(copy)
    await engine.drained()
    await copied(2)
    const letters = await there.letters()
    assert.deepEqual(
      new Set(letters.map(({ disposition }) => disposition)),
      new Set(['UNDECODABLE']),
    )
    // On a slow machine the member may be taken for gone in the middle, and then does a record again.
    const kept = letters.map(
      ({ originalKey, originalValue }) =>
        `${Buffer.from(originalKey).toString()} ${Buffer.from(originalValue).toString('hex')}`,
    )
    assert.deepEqual(
      [...new Set(kept)].toSorted(),
      bad.map((value, index) => `${index} ${value?.toString('hex') ?? ''}`),
    )
  })

  it('lets records of a new schema wait while the registry is away, and loses none', async () => {
    there = await onKafka(address.bootstrap)
    const proxy = await proxyTo(there.registryAt.url)
    try {
      const registry = createConfluentSchemaRegistry({
        ...there.registryAt,
        url: proxy.url,
        clock: systemClock,
        notice: (text) => there.notices.push(text),
      })
      const { engine } = await there.start(copy, { registry })
      await there.publish(anEvent(1))
      await copied(1)
      // The same event as another program would register it, with a default that ours does not have.
      const subjects = createSubjectTool(there.registryAt)
      const schema = JSON.parse(documentEventCodec.schema) as { fields: { name: string }[] }
      const name = schema.fields.find((field) => field.name === 'name')
      Object.assign(name ?? {}, { doc: 'as somebody else says it' })
      const other = { subject: 'other', schema: JSON.stringify(schema) }
      await subjects.apply(await subjects.plan([other]))
      const { id } = (await (
        await fetch(`${there.registryAt.url}/subjects/${there.prefix}other/versions/latest`)
      ).json()) as { readonly id: number }
      proxy.away(true)
      const value = Buffer.from(encodeFramed(documentEventCodec, id, anEvent(2)))
      const producer = await connectProducer(optionsFor(address.bootstrap), [])
      const key = Buffer.from(anEvent(2).documentId)
      await producer.send({ topic: inCluster(documents.name), messages: [{ key, value }] })
      await producer.disconnect()
      await until(() => there.notices.some((text) => text.includes('does not answer')))
      proxy.away(false)
      await engine.drained()
      await copied(2)
      assert.deepEqual(await there.letters(), [])
    } finally {
      await proxy.close()
    }
  })

  it('turns a result that is too large into a dead letter, and does the rest', async () => {
    there = await onKafka(address.bootstrap)
    await there.publish(...events(1, 3))
    const { engine } = await there.start(async (value) =>
      forward(value.name === '2.eml' ? { ...value, attributes: { x: 'x'.repeat(2e6) } } : value),
    )
    await engine.drained()
    assert.deepEqual(namesOf(await there.copies()), ['1.eml', '3.eml'])
    const letters = await there.letters()
    assert.ok(letters.length > 0)
    for (const { code, disposition } of letters)
      assert.deepEqual([code, disposition], ['output-too-large', 'OVERSIZE'])
  })

  it('waits while a topic it writes to is gone, says so, and goes on when it is there again', async () => {
    there = await onKafka(address.bootstrap)
    const { engine, events: told } = await there.start(copy)
    await there.publish(anEvent(1))
    await copied(1)
    await admin.deleteTopics({ topics: [inCluster(copies.name)] })
    await there.publish(anEvent(2))
    await until(() => told.some((event) => event.kind === 'retry' && event.stage === 'commit'))
    assert.match(there.notices.join('; '), /copies.*: UNKNOWN_TOPIC_OR_PARTITION/)
    await there.observer.ensureTopics([copies])
    await engine.drained()
    assert.deepEqual(namesOf(await there.copies()), ['2.eml'])
  })

  it('waits while the topic it reads is gone, says so, and reads it from its start when it is there again', async () => {
    there = await onKafka(address.bootstrap)
    const { engine } = await there.start(copy)
    await there.publish(...events(1, 5))
    await copied(5)
    await admin.deleteTopics({ topics: [inCluster(documents.name)] })
    await until(() => there.notices.some((text) => text.includes('UNKNOWN_TOPIC_OR_PARTITION')))
    await there.observer.ensureTopics([documents])
    await there.publish(...events(6, 7))
    await copied(7)
    void engine
  })

  it('reads everything again when its offsets have expired', async () => {
    there = await onKafka(address.bootstrap)
    await there.publish(...events(1, 3))
    const first = await there.start(copy)
    await first.engine.drained()
    await first.engine.stop()
    await first.log.close()
    await admin.deleteGroups([group()])
    await there.publish(anEvent(4))
    const second = await there.start(copy)
    await second.engine.drained()
    await copied(4)
    assert.ok((await there.copies()).length >= 7)
  })

  it('says which records retention took before they were read, and goes on behind them', async () => {
    there = await onKafka(address.bootstrap)
    await there.publish(...events(1, 20))
    const first = await there.start(copy)
    await first.engine.drained()
    await first.engine.stop()
    await first.log.close()
    await there.publish(...events(21, 40))
    const ends = await there.observer.ends(documents.name)
    // Without it this client does not know the topic.
    await admin.fetchTopicOffsets(inCluster(documents.name))
    await admin.deleteTopicRecords({
      topic: inCluster(documents.name),
      partitions: ends.map((end, partition) => ({ partition, offset: String(end) })),
    })
    await there.publish(...events(41, 42))
    const second = await there.start(copy)
    await second.engine.drained()
    assert.match(
      there.notices.join('\n'),
      /documents\/\d has lost the records \d+ to \d+ before they were read; its retention is too short/,
    )
    const found = namesOf(await there.copies())
    assert.deepEqual(found, namesOf([...events(1, 20), ...events(41, 42)]))
    const [part] = second.topology.subTopologies
    assert.ok(part)
    const lags = await partitionLags(there.observer, second.topology, part)
    assert.ok(lags.every(({ lag }) => lag === 0))
  })

  it('polls no longer than it was told to when the clock is set back by an hour', async () => {
    there = await onKafka(address.bootstrap)
    let shift = 0
    const clock = { now: () => Date.now() + shift, after: systemClock.after }
    const log = await createKafkaRecordLog(
      optionsFor(address.bootstrap, { prefix: there.prefix, clock }),
    )
    const consumer = await log.join('idle', [documents.name])
    await until(async () => (await consumer.poll(100)).length > 0)
    const polling = consumer.poll(300)
    shift = -3_600_000
    const before = performance.now()
    assert.deepEqual(await polling, [])
    assert.ok(performance.now() - before < 10_000)
    await log.close()
  })

  it('ends with what is to be granted when a right is taken away, and loses nothing', async () => {
    assert.ok(address.secure, 'this broker has no secured listener that is known')
    const { bootstrap, ca, username, password } = address.secure
    const sasl = { mechanism: 'scram-sha-256', username, password } as const
    const secured = { brokers: [bootstrap], tls: { ca }, sasl }
    there = await onKafka(address.bootstrap, secured)
    const grant = (resourceType: number, resourceName: string, operation: number) => ({
      resourceType,
      resourceName,
      resourcePatternType: 4,
      principal: `User:${username}`,
      host: '*',
      operation,
      permissionType: 3,
    })
    const [topicType, groupType, clusterType] = [2, 3, 4]
    const [all, idempotentWrite] = [2, 12]
    await admin.createAcls({
      acl: [
        grant(topicType, there.prefix, all),
        grant(groupType, there.prefix, all),
        { ...grant(clusterType, 'kafka-cluster', idempotentWrite), resourcePatternType: 3 },
      ],
    })
    const { engine } = await there.start(copy)
    await there.publish(...events(1, 3))
    await copied(3)
    const denied = {
      ...grant(topicType, inCluster(copies.name), 4),
      resourcePatternType: 3,
      permissionType: 2,
    }
    await admin.createAcls({ acl: [denied] })
    await there.publish(...events(4, 6))
    await assert.rejects(
      engine.ended,
      /copies.*: TOPIC_AUTHORIZATION_FAILED; grant the user READ, WRITE and DESCRIBE on this topic/,
    )
    await admin.deleteAcls({ filters: [denied] })
    const again = await there.start(copy)
    await again.engine.drained()
    await copied(6)
    assert.deepEqual(await there.letters(), [])
  })
})

const aLetter = {
  tenantId: null,
  documentId: null,
  revision: null,
  archivedAt: null,
  ingestedAt: null,
  producedBy: aDocumentEvent().producedBy,
  disposition: 'BUG',
  code: 'x',
  subTopology: 'x',
  stage: 'x',
  stageVersion: 1,
  topologyHash: '',
  attempt: 1,
  firstFailedAt: 0,
  lastFailedAt: 0,
  fingerprint: '',
  message: '',
  itemId: null,
  sourceTopic: 'x',
  sourcePartition: 0,
  sourceOffset: 0n,
  traceparent: null,
  originalKey: new Uint8Array(),
  originalValue: new Uint8Array(),
  originalHeaders: {},
} as const
