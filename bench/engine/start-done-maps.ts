// How long a process of 100 partitions takes from its start to the first new record when the one before left a full done-map
// for each: the record at the position never ended, and everything behind it did, as far as a map reaches.
//
//     node dist/bench/engine/start-done-maps.js [rounds] [offsets per map]
import { randomUUID } from 'node:crypto'
import { partitionFor } from '../../drivers/embedded/record-log/partition-for.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { AssignedPartition } from '../../topology/ports/record-log.ts'
import { encodeNote, maxSpan } from '../../topology/runtime/commit-metadata.ts'
import { kafka, stopServices } from '../../test/services/services.ts'
import { peerArgumentsOf } from './peer-arguments.ts'
import { peerTopology } from './peer-topology.ts'
import { feed, openBenchLog, sleep, timeStart, untilThere, watch } from './start-timing.ts'

const rounds = Number(process.argv[2] ?? 3)
/** The last record is one short of the widest map, so that there is room for a new one. */
const span = Number(process.argv[3] ?? maxSpan - 1)
const partitions = 100
const batch = 10_000

const { bootstrap } = (await kafka('kafka-4.3.1')).address
const log = await openBenchLog(bootstrap)

/** One key of every partition. */
const keys = (() => {
  const found: Buffer[] = []
  for (let number = 0; Object.keys(found).length < partitions; number++) {
    const key = Buffer.from(`key-${number}`)
    found[partitionFor(key, partitions)] ??= key
  }
  return found
})()

const fill = async (topic: TopicName): Promise<void> => {
  const value = Buffer.from('0')
  const all = span * partitions
  for (let from = 0; from < all; from += batch) {
    const numbers = Array.from({ length: Math.min(batch, all - from) }, (_, index) => from + index)
    const headers = {}
    await log.produce(
      numbers.map((number) => {
        const key = keys[Math.floor(number / 100) % partitions]!
        return { topic, key, value, timestamp: 0, headers }
      }),
    )
  }
}

/** Leaves in the group what a process left that ended in the middle of its work. */
const leaveDoneMaps = async (group: string, topic: TopicName, hash: string): Promise<void> => {
  const consumer = await log.join(group, [topic])
  let assigned: readonly AssignedPartition[] = []
  let epoch = 0
  while (assigned.length < partitions)
    for (const event of await consumer.poll(100))
      if (event.kind === 'assigned') ({ partitions: assigned, epoch } = event)
  const done = Array.from({ length: span - 1 }, (_, index) => index + 1)
  const metadata = encodeNote(hash, 0, { kind: 'done', offsets: done })
  const offsets = assigned.map((each) => ({ ...each, offset: 0, metadata }))
  // Not all in one request: what a broker writes of it at once is limited.
  for (const offset of offsets)
    await consumer.commit({ epoch, outputs: [], state: [], offsets: [offset] })
  await consumer.leave()
}

const nameOf = (name: string): TopicName => `${name}-${randomUUID().slice(0, 8)}` as TopicName

try {
  for (let round = 0; round < rounds; round++) {
    const [input, output] = [nameOf('in'), nameOf('out')]
    const spec = { partitions, cleanup: 'delete' } as const
    await log.ensureTopics([input, output].map((name) => ({ name, ...spec })))
    for (const topic of [input, output]) await untilThere(log, topic, partitions)
    await fill(input)
    const args = { bootstrap, in: input, out: output, group: output, commit: '0' }
    const words = Object.entries(args).map(([name, value]) => `${name}=${value}`)
    const counts = { in: partitions, out: partitions }
    await leaveDoneMaps(output, input, peerTopology(peerArgumentsOf(words), counts).hash)
    let seen: (sentAt: number) => void = () => {}
    const stopWatching = await watch(log, output, (sentAt) => seen(sentAt))
    const stopFeeding = feed(log, input)
    await sleep(100)
    const { client, ms } = await timeStart(args, (of) => void (seen = of))
    await stopFeeding()
    const { records = 0, cpuSeconds = 0 } = await client.stop()
    await stopWatching()
    console.log(
      `${ms.toFixed(0)} ms with ${partitions} done-maps of ${span} offsets; ${records} records were worked on, ${cpuSeconds.toFixed(2)} CPU seconds in all`,
    )
  }
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await log.close()
  await stopServices()
}
