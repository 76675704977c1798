// The floor: kafkajs alone, from topic to topic, batch by batch, all partitions at once. Arguments and lines as those of
// peer-client.ts; work=wait waits in a chain per key, as one would write it by hand.
import { CompressionTypes, Kafka, logLevel, Partitioners, type Message } from 'kafkajs'
import { peerArgumentsOf } from './peer-arguments.ts'

const args = peerArgumentsOf(process.argv.slice(2))
const client = new Kafka({ brokers: args.bootstrap.split(','), logLevel: logLevel.ERROR })
const producer = client.producer({
  idempotent: true,
  createPartitioner: Partitioners.DefaultPartitioner,
})
const consumer = client.consumer({
  groupId: args.group,
  sessionTimeout: args.session,
  maxBytesPerPartition: 1024 * 1024,
  maxBytes: 16 * 1024 * 1024,
  maxWaitTimeInMs: 250,
})
let records = 0

/** Waits as long as the stage of the topology does, one record of a key after the other. */
const waitInTurn = async (messages: readonly { readonly key: Buffer | null }[]): Promise<void> => {
  const chains = new Map<string, Promise<void>>()
  for (const { key } of messages) {
    const name = key?.toString() ?? ''
    const turn = (): Promise<void> =>
      new Promise((resolve) => void setTimeout(resolve, 10 + Math.random() * 20))
    chains.set(name, (chains.get(name) ?? Promise.resolve()).then(turn))
  }
  await Promise.all(chains.values())
}

await producer.connect()
await consumer.connect()
await consumer.subscribe({ topic: args.in, fromBeginning: true })
consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
  console.log(`ready partitions=${memberAssignment[args.in]?.length ?? 0}`)
})
await consumer.run({
  partitionsConsumedConcurrently: 12,
  eachBatch: async ({ batch }) => {
    if (args.work === 'wait') await waitInTurn(batch.messages)
    const messages: Message[] = batch.messages.map(({ key, value, timestamp, headers }) => ({
      key,
      value,
      timestamp,
      headers: headers ?? {},
    }))
    await producer.send({
      topic: args.out,
      messages,
      acks: -1,
      compression: CompressionTypes.None,
    })
    records += messages.length
  },
})

const stop = async (): Promise<void> => {
  await consumer.disconnect()
  await producer.disconnect()
  const { user, system } = process.cpuUsage()
  const rssMb = Math.round(process.memoryUsage.rss() / 2 ** 20)
  console.log(JSON.stringify({ records, cpuSeconds: (user + system) / 1e6, rssMb }))
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
