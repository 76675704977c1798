// How long a process of 100 partitions takes from its start to the first new record on a real broker: cold, after SIGTERM, and
// after kill -9, when the session time-out of the one before must pass.
//
//     node dist/bench/engine/start.js [rounds]
import { randomUUID } from 'node:crypto'
import { createKafkaRecordLog } from '../../drivers/kafka/kafka-record-log.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { RecordLog } from '../../topology/ports/record-log.ts'
import { kafka, stopServices } from '../../test/services/services.ts'
import { startClient, type MeasuredClient } from './measured-client.ts'

const rounds = Number(process.argv[2] ?? 3)
const partitions = 100
const everyMs = 10
const sessionMs = 6_000

const script = new URL(`./peer-client.${import.meta.url.slice(-2)}`, import.meta.url)
const { bootstrap } = (await kafka('kafka-4.3.1')).address

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Puts a record in every 10 ms that says when, until told to stop. */
const feed = (log: RecordLog, topic: TopicName) => {
  let stopped = false
  const feeding = (async () => {
    for (let number = 0; !stopped; number++) {
      const now = performance.now()
      const record = { key: Buffer.from(`key-${number}`), value: Buffer.from(String(now)) }
      await log.produce([{ topic, ...record, timestamp: clock.now(), headers: {} }])
      await sleep(everyMs)
    }
  })()
  return async (): Promise<void> => {
    stopped = true
    await feeding
  }
}

/** Calls back with the time in each record that comes out. */
const watch = async (log: RecordLog, topic: TopicName, seen: (sentAt: number) => void) => {
  const consumer = await log.join(`watch-${topic}`, [topic])
  let stopped = false
  const watching = (async () => {
    while (!stopped)
      for (const event of await consumer.poll(20))
        if (event.kind === 'records')
          for (const { value } of event.records) seen(Number(Buffer.from(value ?? []).toString()))
  })()
  return async (): Promise<void> => {
    stopped = true
    await watching
    await consumer.leave()
  }
}

const log = await createKafkaRecordLog({
  brokers: [bootstrap],
  clientId: 'bench',
  clock,
  createTopics: true,
  fetchWaitMs: 10,
})
const nameOf = (name: string): TopicName => `${name}-${randomUUID().slice(0, 8)}` as TopicName

/** Partitions that were just made have no leader yet. */
const untilThere = async (topic: TopicName): Promise<void> => {
  for (;;) {
    const ends = await log.ends(topic).catch(() => [])
    if (ends.length === partitions) return
    await sleep(200)
  }
}

/** Milliseconds from the start of a process to the first output of a record that was put in after it. */
const timeStart = async (
  args: Readonly<Record<string, string>>,
  next: (of: (sentAt: number) => void) => void,
): Promise<{ readonly client: MeasuredClient; readonly ms: number }> => {
  const startedAt = performance.now()
  const first = new Promise<number>((resolve) =>
    next((sentAt) => {
      if (sentAt > startedAt) resolve(performance.now() - startedAt)
    }),
  )
  const client = await startClient(script, args)
  return { client, ms: await first }
}

const times: Record<'cold' | 'after SIGTERM' | 'after kill -9', number[]> = {
  cold: [],
  'after SIGTERM': [],
  'after kill -9': [],
}
try {
  for (let round = 0; round < rounds; round++) {
    const [input, output] = [nameOf('in'), nameOf('out')]
    const spec = { partitions, cleanup: 'delete' } as const
    await log.ensureTopics([input, output].map((name) => ({ name, ...spec })))
    for (const topic of [input, output]) await untilThere(topic)
    const args = { bootstrap, in: input, out: output, group: output, commit: '0' }
    const given = { ...args, session: String(sessionMs) }
    let seen: (sentAt: number) => void = () => {}
    const next = (of: (sentAt: number) => void): void => void (seen = of)
    const stopWatching = await watch(log, output, (sentAt) => seen(sentAt))
    const stopFeeding = feed(log, input)
    await sleep(1_000)
    const cold = await timeStart(given, next)
    await sleep(1_000)
    await cold.client.stop()
    const warm = await timeStart(given, next)
    await sleep(1_000)
    await warm.client.kill()
    const after = await timeStart(given, next)
    await stopFeeding()
    await after.client.stop()
    await stopWatching()
    times.cold.push(cold.ms)
    times['after SIGTERM'].push(warm.ms)
    times['after kill -9'].push(after.ms)
  }
  for (const [name, all] of Object.entries(times))
    console.log(`${name}: ${all.map((ms) => ms.toFixed(0)).join(', ')} ms`)
  console.log(`session time-out: ${sessionMs} ms`)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await log.close()
  await stopServices()
}
