// Memory of the engine over millions of records: a log that makes up its records when they are asked for and forgets what is
// written, so that whatever grows is the engine's.
//
//     node --expose-gc dist/bench/engine/memory.js [records] [partitions]
import { runEmpty } from './run-empty.ts'

const records = Number(process.argv[2] ?? 5_000_000)
const partitions = Number(process.argv[3] ?? 12)
const keys = 100_000
const looks = 10

const heapMb: number[] = []
const residentMb: number[] = []

const look = (done: number): void => {
  globalThis.gc?.()
  heapMb.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20))
  residentMb.push(Math.round(process.memoryUsage.rss() / 2 ** 20))
  console.log(`${done} records: heap ${heapMb.at(-1)} MB, resident ${residentMb.at(-1)} MB`)
}

const { wrong, seconds, cpuMicros } = await runEmpty({
  records,
  partitions,
  keys,
  perPoll: 500 * partitions,
  perBatch: 500,
  onCommit: (done) => {
    if (done >= ((heapMb.length + 1) * records) / looks) look(done)
  },
})
const settled = heapMb.slice(Math.floor(looks / 5))
console.log(
  `${records} records, ${wrong} commits out of order, ${seconds.toFixed(0)} s, ${cpuMicros.toFixed(1)} µs CPU per record; ` +
    `heap ${Math.min(...settled)} to ${Math.max(...settled)} MB, resident ${residentMb[2] ?? 0} MB at three tenths and ${residentMb.at(-1) ?? 0} MB at the end`,
)
