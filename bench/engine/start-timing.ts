import { createKafkaRecordLog } from '../../drivers/kafka/kafka-record-log.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { RecordLog } from '../../topology/ports/record-log.ts'
import { startClient, type MeasuredClient } from './measured-client.ts'

const everyMs = 10
const script = new URL(`./peer-client.${import.meta.url.slice(-2)}`, import.meta.url)

/** The log that feeds a process and watches what comes out of it. */
export const openBenchLog = (bootstrap: string) =>
  createKafkaRecordLog({
    brokers: [bootstrap],
    clientId: 'bench',
    clock,
    createTopics: true,
    fetchWaitMs: 10,
  })

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/** Puts a record in every 10 ms that says when, until told to stop. */
export const feed = (log: RecordLog, topic: TopicName) => {
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
export const watch = async (log: RecordLog, topic: TopicName, seen: (sentAt: number) => void) => {
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

/** Partitions that were just made have no leader yet. */
export const untilThere = async (
  log: RecordLog,
  topic: TopicName,
  partitions: number,
): Promise<void> => {
  for (;;) {
    const ends = await log.ends(topic).catch(() => [])
    if (ends.length === partitions) return
    await sleep(200)
  }
}

/** Milliseconds from the start of a process to the first output of a record that was put in after it. */
export const timeStart = async (
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
