// CPU time of the engine per record over 1 to 1,000 partitions, on the log in memory, in turn. What the log itself costs is in it.
//
//     node dist/bench/engine/partitions.js [records] [rounds] [in flight]
import { createTestDriver } from '../../topology/testing/topology-test-driver.ts'
import { emptyTopology } from './empty-topology.ts'

const records = Number(process.argv[2] ?? 100_000)
const rounds = Number(process.argv[3] ?? 5)
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

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const measured = new Map<number, number[]>(counts.map((count) => [count, []]))
await measure(1)
for (let round = 0; round < rounds; round++)
  for (const count of counts) measured.get(count)?.push(await measure(count))
const one = middle(measured.get(1) ?? [])
for (const [count, times] of measured) {
  const median = middle(times)
  const spread = `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)}`
  console.log(
    `${String(count).padStart(5)} partitions: ${median.toFixed(1)} µs CPU per record (${spread}), ${(median / one).toFixed(2)} × one partition`,
  )
}
