import { saveResult } from './save-result.ts'
import { measureEmbedded, type UpsertRate } from './vectors/embedded.ts'
import { measureUpserts } from './vectors/upserts.ts'

/**
 * Vectors of 384 dimensions:
 *
 *     node dist/bench/vectors.js [--upserts 40000] [--points 100000]
 *
 * Points per CPU second into Qdrant by the driver and by Qdrant's client, against a server that costs nothing; durable upserts per
 * second into the embedded index, and exact searches over it. Writes bench/results/vectors.json.
 */
const argument = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}

const upserts = await measureUpserts(argument('--upserts', 40_000))
for (const { way, pointsPerSecond, pointsPerCpuSecond } of upserts)
  console.log(`${way}: ${pointsPerSecond} points/s, ${pointsPerCpuSecond} points per CPU-s`)
const [ours, theirs] = upserts
const ratio = (ours?.pointsPerCpuSecond ?? 0) / (theirs?.pointsPerCpuSecond ?? 1)
console.log(`ratio ${ratio.toFixed(2)} (mark: 3)`)

const embedded = await measureEmbedded(argument('--points', 100_000))
const rateOf = ({ upsertsPerSecond, upsertsPerCpuSecond }: UpsertRate): string =>
  `${upsertsPerSecond} durable upserts/s, ${upsertsPerCpuSecond} per CPU-s`
console.log(`embedded, each batch durable before the next: ${rateOf(embedded.oneByOne)}`)
console.log(`embedded, four batches under way: ${rateOf(embedded.fourAtOnce)} (mark: 50000/s)`)
console.log(
  `embedded, ${embedded.points} points: loaded in ${embedded.loadSeconds.toFixed(2)} s, search p50 ${embedded.searchP50Ms.toFixed(1)} ms (mark: 25), p99 ${embedded.searchP99Ms.toFixed(1)} ms, filtered p50 ${embedded.filteredP50Ms.toFixed(1)} ms`,
)
await saveResult('vectors', { upserts, ratio, embedded })
