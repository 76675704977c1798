// CPU time of the engine per record over 1 to 1,000 partitions, on the log in memory, in turn. What the log itself costs is in it.
//
//     node dist/bench/engine/partitions.js [records] [rounds] [in flight]
import { createTestDriver } from '../../topology/testing/topology-test-driver.ts'
import { emptyTopology } from './empty-topology.ts'

const records = Number(process.argv[2] ?? 100_000)
const rounds = Number(process.argv[3] ?? 12)
const counts = [1, 10, 100, 1_000] as const
const keys = 10_000
/** Records in flight at once, over all partitions. */
const inFlight = Number(process.argv[4] ?? 1_000)

const measure = async (partitions: number): Promise<number> => {
  const { input, output, built } = emptyTopology(partitions)
  // As much in flight in all, however it is divided: more of it costs memory, and that costs time.
  const maxInFlightRecords = Math.ceil(inFlight / partitions)
  const driver = createTestDriver(built, { options: { maxInFlightRecords } })
  const value = new Uint8Array(100)
  for (let index = 0; index < records; index++) driver.pipe(input, `key-${index % keys}`, value)
  globalThis.gc?.()
  const before = process.cpuUsage()
  await driver.run()
  const { user, system } = process.cpuUsage(before)
  if (driver.read(output).length !== records) throw new Error('records are missing')
  return (user + system) / records
}

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const middle = (values: readonly number[]): number =>
  sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN
const range = (values: readonly number[], digits: number): string =>
  `${sorted(values)[0]?.toFixed(digits)} to ${sorted(values).at(-1)?.toFixed(digits)}`

// Each round begins with another count, so that none always follows the same one; the first of all compiles.
const measured = new Map<number, number[]>(counts.map((count) => [count, []]))
for (const count of counts) await measure(count)
for (let round = 0; round < rounds; round++)
  for (const place of counts.keys()) {
    const count = counts[(round + place) % counts.length]!
    measured.get(count)?.push(await measure(count))
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
