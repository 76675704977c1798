import { parseArgs } from 'node:util'
import { compareBatching, lengthsOf } from './batching/compare-batching.ts'
import { saveResult } from './save-result.ts'

/**
 * What forming batches is worth, on texts of log-normal length and a model that takes 1.5 ms a batch and a second for 1,500,000 padded tokens,
 * behind 1.5 ms of network:
 *
 *     npm run bench:batching -- [--items 200000]
 *
 * The pool of the runners beside batches of 64 in the order of arrival, and beside the same budget of tokens without any padding. The
 * clock is that of the model, so the figures are the same on every machine. The marks: 3 times the batches of 64, and 95 % of what no padding
 * would give; below, the command ends with 1. Writes bench/results/batching.json.
 */
const { values } = parseArgs({ options: { items: { type: 'string', default: '200000' } } })
const fared = await compareBatching(lengthsOf(Number(values.items)))
const { naive, two, ours, ideal } = fared

console.log('way                               batches  not padding   items/s  ours is')
for (const { way, batches, efficiency, itemsPerSecond } of [naive, two, ours, ideal])
  console.log(
    `${way.padEnd(32)} ${String(batches).padStart(8)} ${(100 * efficiency).toFixed(1).padStart(10)} % ${itemsPerSecond.toFixed(0).padStart(9)}  ${(ours.itemsPerSecond / itemsPerSecond).toFixed(3)} x`,
  )
const reached =
  ours.itemsPerSecond >= 3 * naive.itemsPerSecond &&
  ours.itemsPerSecond >= 0.95 * ideal.itemsPerSecond
console.log(
  `the marks, 3 x batches of 64 as they come and 0.95 x no padding, are ${reached ? '' : 'not '}reached`,
)
await saveResult('batching', fared)
if (!reached) process.exitCode = 1
