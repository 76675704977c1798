import { createEmbeddedRecordLog } from '../../../drivers/embedded/record-log/embedded-record-log.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import type { LogConsumer, LogEvent } from '../../../topology/ports/record-log.ts'
import { aRecord, topicName } from '../../contracts/record-log-harness.ts'

/*
 * Copies `documents` to `results` for ever, one transaction per poll: outputs, a counter as state, and the offset. Says
 * after every acknowledged commit up to which offset it went.
 */
const documents = topicName('documents')
const results = topicName('results')
const counter = 'copied'

const log = await createEmbeddedRecordLog({
  dataDir: process.argv[2] ?? '',
  clock: systemClock,
  maxPollRecords: 7,
})
await log.ensureTopics([
  { name: documents, partitions: 1, cleanup: 'delete' },
  { name: results, partitions: 1, cleanup: 'delete' },
])

const copied = (consumer: LogConsumer): number => {
  const bytes = consumer.readState(counter)
  return bytes ? Buffer.from(bytes).readUInt32BE() : 0
}

const encodeCount = (count: number): Uint8Array => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(count)
  return bytes
}

const copy = async (consumer: LogConsumer, event: LogEvent): Promise<void> => {
  if (event.kind !== 'records') return
  const last = event.records.at(-1)
  if (!last) return
  const outputs = event.records.map((record) => ({
    ...aRecord(results, 'k', ''),
    value: record.value,
  }))
  const state = [{ key: counter, value: encodeCount(copied(consumer) + outputs.length) }]
  const offsets = [{ ...event.partition, offset: last.offset + 1, metadata: `${last.offset}` }]
  const answer = await consumer.commit({ epoch: event.epoch, outputs, state, offsets })
  if (answer === 'committed') process.stdout.write(`${last.offset + 1}\n`)
}

const produceOn = async (): Promise<void> => {
  for (;;) {
    const [next = 0] = await log.ends(documents)
    const records = Array.from({ length: 5 }, (_, i) => aRecord(documents, 'k', `${next + i}`))
    await log.produce(records)
  }
}

const copyOn = async (): Promise<void> => {
  const consumer = await log.join('copy', [documents])
  for (;;) for (const event of await consumer.poll(1000)) await copy(consumer, event)
}

await Promise.all([produceOn(), copyOn()])
