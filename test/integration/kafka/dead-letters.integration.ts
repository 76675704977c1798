import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { dlqReplay, dlqResolve, type DlqDesk } from '../../../cli/commands/dlq-act.ts'
import { lettersIn, type DeadLetterState } from '../../../cli/read/dead-letter-marks.ts'
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { systemClock as clock } from '../../../drivers/system/system-clock.ts'
import type { DeadLetter } from '../../../schemas/generated/types.ts'
import { replayOf } from '../../../topology/model/replay.ts'
import type { Topology } from '../../../topology/model/topology.ts'
import type { LogRecord, RecordLog } from '../../../topology/ports/record-log.ts'
import { createTopics } from '../../../topology/topics.ts'
import { aProducedBy } from '../../builders/a-document-event.ts'
import { kafka } from '../../services/services.ts'
import { optionsFor } from './connections.ts'

const { topics, deadLetters, ledger } = createTopics(2)
const topology = {
  topics: Object.values(topics),
  deadLetters,
  ledger,
} as unknown as Topology
const registry = createPackageSchemaRegistry()

const aLetter = (fingerprint: string, changes: Partial<DeadLetter> = {}): DeadLetter => ({
  tenantId: null,
  documentId: null,
  revision: null,
  archivedAt: 5,
  ingestedAt: null,
  producedBy: aProducedBy(),
  disposition: 'POISON',
  code: 'bad-result',
  subTopology: 'embed',
  stage: 'embed',
  stageVersion: 1,
  topologyHash: '',
  attempt: 1,
  firstFailedAt: 0,
  lastFailedAt: 0,
  fingerprint,
  message: '',
  itemId: null,
  sourceTopic: topics.chunks.name,
  sourcePartition: 0,
  sourceOffset: 0n,
  traceparent: null,
  originalKey: Buffer.from(fingerprint),
  originalValue: Buffer.from('as it was'),
  originalHeaders: { traceparent: Buffer.from('t') },
  ...changes,
})

describe('dead letters on Kafka', function () {
  this.timeout(60_000)
  let log: RecordLog
  let desk: DlqDesk

  before(async () => {
    const { bootstrap } = (await kafka('kafka-4.3.1')).address
    log = await createKafkaRecordLog(optionsFor(bootstrap))
    await log.ensureTopics([topics.chunks, deadLetters])
    const output = {
      json: true,
      line: () => {},
      painted: () => {},
      note: () => {},
      value: () => {},
    }
    const target = {
      produce: log.produce,
      settled: async () => {},
      read: <T>(look: (of: RecordLog) => Promise<T>) => look(log),
      owner: () => undefined,
      close: async () => {},
    }
    desk = { target, topology, registry, clock, output }
    const serde = await registry.open(deadLetters.codec)
    const letters = [
      aLetter('a'),
      // Another part of the same record: it comes back once.
      aLetter('a', { itemId: 'item' }),
      aLetter('b', {
        sourceOffset: 1n,
        originalHeaders: { 'archive-streams-replay': Buffer.from('3 embed') },
      }),
      aLetter('c', { sourceOffset: 2n, sourceTopic: 'gone' }),
    ]
    await log.produce(
      letters.map((letter) => ({
        topic: deadLetters.name,
        key: letter.originalKey,
        value: serde.encode(letter),
        timestamp: 1,
        headers: {},
      })),
    )
  })

  after(() => log.close())

  const states = async (): Promise<Readonly<Record<string, number>>> => {
    const all: readonly DeadLetterState[] = ['open', 'parked', 'replayed', 'resolved']
    const found: Record<string, number> = {}
    for await (const { letter, state } of lettersIn({ topology, registry, log }, all)) {
      const name = `${letter.fingerprint} ${state}`
      found[name] = (found[name] ?? 0) + 1
    }
    return found
  }

  const chunks = async (): Promise<readonly LogRecord[]> => {
    const topic = topics.chunks.name
    const pages = [0, 1].map((partition) => log.read({ topic, partition }, 0, 100))
    return (await Promise.all(pages)).flat()
  }

  it('come back to the topic they were read from, once, and park after enough attempts', async () => {
    const options = { maxAttempts: 3, dryRun: false }
    await dlqReplay(desk, { ...options, dryRun: true })
    assert.deepEqual(await chunks(), [])
    await dlqReplay(desk, options)
    await dlqReplay(desk, options)
    const [record, ...others] = await chunks()
    assert.deepEqual(others, [])
    assert.equal(Buffer.from(record?.value ?? []).toString(), 'as it was')
    assert.equal(Buffer.from(record?.key ?? []).toString(), 'a')
    assert.deepEqual(replayOf(record?.headers ?? {}), { subTopology: 'embed', count: 1 })
    assert.equal(Buffer.from(record?.headers['traceparent'] ?? []).toString(), 't')
    assert.deepEqual(await states(), { 'a replayed': 2, 'b parked': 1, 'c open': 1 })
  })

  it('ask for nobody any more once they are resolved', async () => {
    await dlqResolve(desk, [['b'], ['c']])
    assert.deepEqual(await states(), { 'a replayed': 2, 'b resolved': 1, 'c resolved': 1 })
  })
})
