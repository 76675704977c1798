// CPU time of the engine per record over 1 to 1,000 partitions, with the default caps, each count in processes of its own, in
// turn. The log makes up its records, 500 to a poll in equal shares, so at 1,000 partitions each record is alone in its
// partition and every commit names as many offsets as records.
//
//     node dist/bench/engine/partitions.js [records] [rounds]
//     node dist/bench/engine/partitions.js only PARTITIONS [records]
import { execFileSync } from 'node:child_process'
import { runEmpty } from './run-empty.ts'

const counts = [1, 10, 100, 1_000] as const
const keys = 10_000
const perPoll = 500
/** In one process, after one that compiles. */
const repeats = 3

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const middle = (values: readonly number[]): number =>
  sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN
const range = (values: readonly number[], digits: number): string =>
  `${sorted(values)[0]?.toFixed(digits)} to ${sorted(values).at(-1)?.toFixed(digits)}`

const once = async (partitions: number, records: number): Promise<number> => {
  const { cpuMicros, wrong } = await runEmpty({ records, partitions, keys, perPoll })
  if (wrong > 0) throw new Error('offsets went back')
  return cpuMicros
}

const measureHere = async (partitions: number, records: number): Promise<number> => {
  await once(partitions, records)
  const times: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) times.push(await once(partitions, records))
  return middle(times)
}

const measureApart = (partitions: number, records: number): number => {
  const args = [process.argv[1]!, 'only', String(partitions), String(records)]
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

const compare = (records: number, rounds: number): void => {
  // Each round begins with another count, so that none always follows the same one.
  const measured = new Map<number, number[]>(counts.map((count) => [count, []]))
  for (let round = 0; round < rounds; round++)
    for (const place of counts.keys()) {
      const count = counts[(round + place) % counts.length]!
      measured.get(count)?.push(measureApart(count, records))
    }
  const one = measured.get(1) ?? []
  for (const [count, times] of measured) {
    // Within a round the machine is most alike, so the middle of the ratios is steadier than the ratio of the middles.
    const ratios = times.map((time, round) => time / (one[round] ?? Number.NaN))
    const least = Math.min(...times) / Math.min(...one)
    console.log(
      `${String(count).padStart(5)} partitions: ${middle(times).toFixed(1)} µs CPU per record (${range(times, 1)}); of one partition ${middle(ratios).toFixed(2)} × (${range(ratios, 2)}), least of least ${least.toFixed(2)} ×`,
    )
  }
}

if (process.argv[2] === 'only')
  console.log(await measureHere(Number(process.argv[3]), Number(process.argv[4] ?? 200_000)))
else compare(Number(process.argv[2] ?? 200_000), Number(process.argv[3] ?? 5))
