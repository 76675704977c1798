// CPU time of the engine per record over 1 to 1,000 partitions, with the default caps, each count in processes of its own, in
// turn. The log makes up its records, 500 to a poll, in batches of one partition after another: of 50 as a reader that catches up
// gets them, and of 1, as where records trickle in. A batch is as large whatever the number of partitions, and so is what is in flight
// and what a commit covers; what differs is how many partitions there are. With few records, what an assignment makes of each
// partition once counts, too.
//
//     node dist/bench/engine/partitions.js [records] [rounds] [batch]
//     node dist/bench/engine/partitions.js only PARTITIONS BATCH [records]
import { execFileSync } from 'node:child_process'
import { keepYoungYoung } from '../../cli/keep-young-young.ts'
import { runEmpty } from './run-empty.ts'

const counts = [1, 10, 100, 1_000] as const
const batches = [50, 1] as const
const keys = 10_000
const perPoll = 500
/** In one process: until everything is compiled, and then as often as it is measured. */
const warmUps = 4
const repeats = 6

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const middle = (values: readonly number[]): number =>
  sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN
const range = (values: readonly number[], digits: number): string =>
  `${sorted(values)[0]?.toFixed(digits)} to ${sorted(values).at(-1)?.toFixed(digits)}`

const once = async (partitions: number, perBatch: number, records: number): Promise<number> => {
  const { cpuMicros, wrong } = await runEmpty({ records, partitions, keys, perPoll, perBatch })
  if (wrong > 0) throw new Error('offsets went back')
  return cpuMicros
}

const measureHere = async (partitions: number, batch: number, records: number): Promise<number> => {
  for (let warmUp = 0; warmUp < warmUps; warmUp++) await once(partitions, batch, records)
  const times: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++)
    times.push(await once(partitions, batch, records))
  return middle(times)
}

const measureApart = (partitions: number, batch: number, records: number): number => {
  const args = [process.argv[1]!, 'only', ...[partitions, batch, records].map(String)]
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

const compare = (batch: number, records: number, rounds: number): void => {
  // Each round begins with another count, so that none always follows the same one.
  const measured = new Map<number, number[]>(counts.map((count) => [count, []]))
  for (let round = 0; round < rounds; round++)
    for (const place of counts.keys()) {
      const count = counts[(round + place) % counts.length]!
      measured.get(count)?.push(measureApart(count, batch, records))
    }
  const one = measured.get(1) ?? []
  for (const [count, times] of measured) {
    // Within a round the machine is most alike, so the middle of the ratios is steadier than the ratio of the middles.
    const ratios = times.map((time, round) => time / (one[round] ?? Number.NaN))
    const least = Math.min(...times) / Math.min(...one)
    console.log(
      `batches of ${String(batch).padStart(2)}, ${String(count).padStart(5)} partitions: ${middle(times).toFixed(1)} µs CPU per record (${range(times, 1)}); of one partition ${middle(ratios).toFixed(2)} × (${range(ratios, 2)}), least of least ${least.toFixed(2)} ×`,
    )
  }
}

keepYoungYoung()
if (process.argv[2] === 'only') {
  const [partitions = 1, batch = 1, records = 300_000] = process.argv.slice(3).map(Number)
  console.log(await measureHere(partitions, batch, records))
} else {
  const [records = 300_000, rounds = 3, batch] = process.argv.slice(2).map(Number)
  for (const each of batch ? [batch] : batches) compare(each, records, rounds)
}
