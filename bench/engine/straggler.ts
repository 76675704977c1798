// One straggler of 30 s among 500 records at 25/s on a real broker: how long the others take, and with a kill -9 in the middle how
// much is done twice. Some records go before, so that connections are made and code is compiled.
//
//     node dist/bench/engine/straggler.js
import { createKafkaRecordLog } from '../../drivers/kafka/kafka-record-log.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { RecordLog } from '../../topology/ports/record-log.ts'
import { kafka, stopServices } from '../../test/services/services.ts'
import { startClient } from './measured-client.ts'
import { openPeerTopics, type PeerTopics } from './peer-topics.ts'

const count = 500
const keys = 200
const everyMs = 40
/** Records that go before and are not counted. */
const first = 50
/** The straggler's number; nobody shares its key. */
const straggler = 100
const sessionMs = 6_000

const script = new URL(`./peer-client.${import.meta.url.slice(-2)}`, import.meta.url)
const { bootstrap } = (await kafka('kafka-4.3.1')).address

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const keyOf = (number: number): string =>
  number === straggler ? 'straggler' : `key-${number % keys}`
const valueOf = (number: number): string => `${number === straggler ? 's' : 'n'}${number}`

/** Puts a record in every 40 ms, by the clock and not by the one before. Answers when each went. */
const feed = async (log: RecordLog, topic: string, at: (number: number) => Promise<void>) => {
  const sentAt: number[] = []
  const begin = performance.now()
  const sent: Promise<void>[] = []
  for (let number = 0; number < count; number++) {
    await sleep(begin + number * everyMs - performance.now())
    sentAt.push(performance.now())
    const [key, value] = [keyOf(number), valueOf(number)].map((text) => Buffer.from(text))
    const record = { key: key!, value: value!, timestamp: Date.now(), headers: {} }
    sent.push(log.produce([{ topic: topic as TopicName, ...record }]))
    await at(number)
  }
  await Promise.all(sent)
  return sentAt
}

/** When each came out first, and how often. */
const watch = async (log: RecordLog, topic: string) => {
  const consumer = await log.join(`watch-${topic}`, [topic as TopicName])
  const seenAt = new Map<number, number>()
  let outputs = 0
  let warm = 0
  let stopped = false
  const watching = (async () => {
    while (!stopped)
      for (const event of await consumer.poll(50)) {
        if (event.kind !== 'records') continue
        for (const { value } of event.records) {
          const number = Number(
            Buffer.from(value ?? [])
              .toString()
              .slice(1),
          )
          if (number >= count) {
            warm++
            continue
          }
          outputs++
          if (!seenAt.has(number)) seenAt.set(number, performance.now())
        }
      }
  })()
  return {
    seenAt,
    outputs: () => outputs,
    warm: () => warm,
    stop: async () => {
      stopped = true
      await watching
      await consumer.leave()
    },
  }
}

const warmUp = async (log: RecordLog, topic: string, seen: () => number): Promise<void> => {
  for (let number = count; number < count + first; number++) {
    const [key, value] = [keyOf(number), valueOf(number)].map((text) => Buffer.from(text))
    const record = { key: key!, value: value!, timestamp: Date.now(), headers: {} }
    await log.produce([{ topic: topic as TopicName, ...record }])
    await sleep(everyMs)
  }
  while (seen() < first) await sleep(everyMs)
}

const run = async (topics: PeerTopics, kill: boolean): Promise<void> => {
  const [input, output] = [await topics.create('in'), await topics.create('out')]
  const log = await createKafkaRecordLog({
    brokers: [bootstrap],
    clientId: 'bench',
    clock,
    fetchWaitMs: 20,
  })
  const seen = await watch(log, output)
  const args = { bootstrap, in: input, out: output, group: output, work: 'wait', commit: '0' }
  const start = () => startClient(script, { ...args, session: String(sessionMs) })
  let client = await start()
  await warmUp(log, input, seen.warm)
  const sentAt = await feed(log, input, async (number) => {
    if (!kill || number !== count / 2) return
    await client.kill()
    client = await start()
  })
  const deadline = performance.now() + 60_000
  while (seen.seenAt.size < count && performance.now() < deadline) await sleep(100)
  await sleep(1_000)
  await seen.stop()
  await client.stop()
  await log.close()
  const times = sentAt
    .map((sent, number) =>
      number === straggler ? 0 : (seen.seenAt.get(number) ?? Infinity) - sent,
    )
    .filter((_, number) => number !== straggler)
    .toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0)
  const late = times.filter((ms) => ms > 1_000).length
  const missing = count - seen.seenAt.size
  const twice = seen.outputs() - seen.seenAt.size
  console.log(
    kill
      ? `kill -9 in the middle: missing ${missing}, done twice ${twice}`
      : `others: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms, ${late} over 1 s; missing ${missing}, twice ${twice}`,
  )
}

const topics = await openPeerTopics(bootstrap)
try {
  await run(topics, false)
  await run(topics, true)
} finally {
  await topics.close()
  await stopServices()
}
