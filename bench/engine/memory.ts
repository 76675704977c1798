// Memory of the engine over millions of records: a log that makes up its records when they are asked for and forgets what is
// written, so that whatever grows is the engine's.
//
//     node --expose-gc dist/bench/engine/memory.js [records] [partitions]
import { createPackageSchemaRegistry } from '../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import { systemRandom as random } from '../../drivers/system/system-random.ts'
import type { Ports } from '../../topology/ports/ports.ts'
import type { LogConsumer, LogEvent, RecordLog } from '../../topology/ports/record-log.ts'
import { createInlinePureRunner } from '../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions } from '../../topology/runtime/options.ts'
import { runTopology } from '../../topology/runtime/run-topology.ts'
import { emptyTopology } from './empty-topology.ts'
import { withRawBytes } from './raw-bytes.ts'

const records = Number(process.argv[2] ?? 5_000_000)
const partitions = Number(process.argv[3] ?? 12)
const perPoll = 500
const keys = 100_000
const perPartition = Math.ceil(records / partitions)
const looks = 10

const { input, built } = emptyTopology(partitions)

let done = 0
let wrong = 0
const committed = Array.from({ length: partitions }, () => 0)
const heapMb: number[] = []
const residentMb: number[] = []

const look = (): void => {
  globalThis.gc?.()
  heapMb.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20))
  residentMb.push(Math.round(process.memoryUsage.rss() / 2 ** 20))
  console.log(`${done} records: heap ${heapMb.at(-1)} MB, resident ${residentMb.at(-1)} MB`)
}

const recordsFrom = (partition: number, offset: number) =>
  Array.from({ length: Math.min(perPoll, perPartition - offset) }, (_, index) => ({
    offset: offset + index,
    key: Buffer.from(`key-${partition}-${(offset + index) % (keys / partitions)}`),
    value: Buffer.alloc(100, 1),
    timestamp: 0,
    headers: {},
  }))

const endlessConsumer = (): LogConsumer => {
  const next = Array.from({ length: partitions }, () => 0)
  const paused = new Set<number>()
  let news: LogEvent[] = [
    {
      kind: 'assigned',
      epoch: 1,
      partitions: next.map((_, partition) => ({
        topic: input.name,
        partition,
        offset: 0,
        metadata: '',
      })),
    },
  ]
  const fetch = (): readonly LogEvent[] =>
    next.flatMap((offset, partition) => {
      if (paused.has(partition) || offset >= perPartition) return []
      const fetched = recordsFrom(partition, offset)
      next[partition] = offset + fetched.length
      return [
        {
          kind: 'records',
          epoch: 1,
          partition: { topic: input.name, partition },
          records: fetched,
        } as const,
      ]
    })
  return {
    poll: async () => {
      await new Promise((resolve) => setImmediate(resolve))
      const told = news.length > 0 ? news : fetch()
      news = []
      return told
    },
    pause: (which) => which.forEach(({ partition }) => paused.add(partition)),
    resume: (which) => which.forEach(({ partition }) => paused.delete(partition)),
    commit: async ({ offsets, outputs }) => {
      const before = done
      done += outputs.length
      for (const { partition, offset } of offsets) {
        if (offset < committed[partition]!) wrong++
        committed[partition] = offset
      }
      const step = records / looks
      if (Math.floor(done / step) > Math.floor(before / step)) look()
      return 'committed'
    },
    readState: () => undefined,
    leave: async () => {},
  }
}

const log: RecordLog = {
  atomicCommit: true,
  ensureTopics: async () => {},
  produce: async () => {},
  join: async () => endlessConsumer(),
  ends: async () => Array.from({ length: partitions }, () => perPartition),
  committed: async () => [],
  read: async () => [],
  close: async () => {},
}

const startedAt = performance.now()
const running = await runTopology({
  topology: built,
  log,
  registry: withRawBytes(createPackageSchemaRegistry()),
  ports: { clock, random, identity: { codeVersion: 'bench', configHash: '' } } as Ports,
  pure: createInlinePureRunner(built),
  telemetry: { emit: () => {} },
  options: { ...defaultRuntimeOptions, delivery: {} },
})
const all = perPartition * partitions
while (done < all) await new Promise((resolve) => setTimeout(resolve, 20))
await running.stop()
const seconds = (performance.now() - startedAt) / 1_000
const cpu = process.cpuUsage()
const settled = heapMb.slice(Math.floor(looks / 5))
console.log(
  `${done} records, ${wrong} commits out of order, ${seconds.toFixed(0)} s, ${((cpu.user + cpu.system) / done).toFixed(1)} µs CPU per record; ` +
    `heap ${Math.min(...settled)} to ${Math.max(...settled)} MB, resident ${residentMb[2] ?? 0} MB at three tenths and ${residentMb.at(-1) ?? 0} MB at the end`,
)
