// Reads a result topic and prints a line of JSON per result, from the beginning and then as they come.
//
//   npm install kafkajs @kafkajs/confluent-schema-registry
//   KAFKA_BROKERS=localhost:9092 REGISTRY_URL=http://localhost:8081/apis/ccompat/v7 node subscribe.js archive.summaries [COUNT]
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Kafka } from 'kafkajs'

const topic = process.argv[2] ?? 'archive.summaries'
/** How many results are to be printed before it ends; it goes on for ever when left out. */
const most = Number(process.argv[3] ?? Infinity)
const brokers = (process.env['KAFKA_BROKERS'] ?? 'localhost:9092').split(',')
const host = process.env['REGISTRY_URL'] ?? 'http://localhost:8081/apis/ccompat/v7'
/** Members of one group share the work; another name reads everything again. */
const groupId = process.env['GROUP'] ?? 'my-subscriber'

/** What every result says of itself; the rest depends on the topic. */
interface Result {
  readonly tenantId: string
  readonly documentId: string
  readonly revision: number
  readonly operation?: 'ARCHIVE' | 'ERASE'
}

const registry = new SchemaRegistry({ host })
// What is not committed is not read: exactly-once delivery may have taken it back.
const consumer = new Kafka({ clientId: 'my-subscriber', brokers }).consumer({
  groupId,
  readUncommitted: false,
})

/**
 * The newest revision that was seen of every document. A result may come again, and after a crash an older one once more; the
 * highest revision of a document is what holds. Keep it where your results are, not in memory.
 */
const newest = new Map<string, number>()
let printed = 0

const take = (result: Result): void => {
  const { documentId, revision } = result
  if (revision < (newest.get(documentId) ?? 0)) return
  newest.set(documentId, revision)
  process.stdout.write(`${JSON.stringify(result)}\n`)
  printed += 1
  if (printed === most) process.kill(process.pid, 'SIGTERM')
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void consumer.disconnect())

await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  // Offsets are committed after this has returned: after a crash a result comes again, and none is passed over.
  eachMessage: async ({ message }) => {
    // A tombstone: the key is to be forgotten.
    if (message.value === null) return void newest.delete(String(message.key))
    take((await registry.decode(message.value)) as Result)
  },
})
