import { rawBytes } from '../../../bench/engine/raw-bytes.ts'
import { deadLetterCodec, ledgerEntryCodec } from '../../../schemas/generated/codecs.ts'
import { topology } from '../../../topology/model/builder.ts'
import { forward } from '../../../topology/model/outcome.ts'
import { topic } from '../../../topology/model/topic.ts'
import type { Topology } from '../../../topology/model/topology.ts'

export const numbers = topic('numbers', rawBytes, { partitions: 4 })
export const doubles = topic('doubles', rawBytes, { partitions: 4 })
const letters = topic('letters', deadLetterCodec, { partitions: 1 })
const ledger = topic('ledger', ledgerEntryCodec, { partitions: 1 })

export const numbersTopics = [numbers, doubles, letters, ledger]

/** What one record became, and which version of the stage made it. */
export interface Double {
  readonly number: number
  readonly version: number
}

/** Doubles numbers, some slowly, so that many are done beyond the position. Versions differ by their number only. */
export const numbersTopology = (version: number): Topology => {
  const graph = topology('upgraded', { topics: [numbers, doubles], deadLetters: letters, ledger })
  graph
    .subTopology('double', 'Doubles numbers.')
    .from(numbers)
    .via({
      kind: 'asking',
      name: 'double',
      version,
      order: 'key',
      doc: 'Doubles a number',
      concurrency: 100,
      timeoutMs: 10_000,
      run: async (bytes: Uint8Array, { key, ports }) => {
        const number = Number(Buffer.from(bytes).toString())
        const slow = Number(key.slice(1)) % 5 === 0
        await new Promise<void>((resolve) => void ports.clock.after(slow ? 30 : 2, resolve))
        const made: Double = { number, version }
        return forward(Buffer.from(JSON.stringify(made)) as Uint8Array)
      },
    })
    .to(doubles)
  return graph.build()
}
