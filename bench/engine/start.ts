// How long a process of 100 partitions takes from its start to the first new record on a real broker: cold, after SIGTERM, and
// after kill -9, when the session time-out of the one before must pass.
//
//     node dist/bench/engine/start.js [rounds]
//
// Writes bench/results/start.json.
import { randomUUID } from 'node:crypto'
import type { TopicName } from '../../topology/model/record.ts'
import { kafka, stopServices } from '../../test/services/services.ts'
import { saveResult } from '../save-result.ts'
import { feed, openBenchLog, sleep, timeStart, untilThere, watch } from './start-timing.ts'

const rounds = Number(process.argv[2] ?? 3)
const partitions = 100
const sessionMs = 6_000

const { bootstrap } = (await kafka('kafka-4.3.1')).address

const log = await openBenchLog(bootstrap)
const nameOf = (name: string): TopicName => `${name}-${randomUUID().slice(0, 8)}` as TopicName

const times: Record<'cold' | 'after SIGTERM' | 'after kill -9', number[]> = {
  cold: [],
  'after SIGTERM': [],
  'after kill -9': [],
}

const median = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN

const report = async (): Promise<void> => {
  for (const [name, all] of Object.entries(times))
    console.log(
      `${name}: ${all.map((ms) => ms.toFixed(0)).join(', ')} ms, median ${median(all).toFixed(0)}`,
    )
  console.log(`session time-out: ${sessionMs} ms`)
  const milliseconds = Object.fromEntries(
    Object.entries(times).map(([name, all]) => [name, all.map(Math.round)] as const),
  )
  await saveResult('start', { partitions, sessionMs, milliseconds })
}
try {
  for (let round = 0; round < rounds; round++) {
    const [input, output] = [nameOf('in'), nameOf('out')]
    const spec = { partitions, cleanup: 'delete' } as const
    await log.ensureTopics([input, output].map((name) => ({ name, ...spec })))
    for (const topic of [input, output]) await untilThere(log, topic, partitions)
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
  await report()
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await log.close()
  await stopServices()
}
