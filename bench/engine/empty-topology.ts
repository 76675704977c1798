import { deadLetterCodec, ledgerEntryCodec } from '../../schemas/generated/codecs.ts'
import { topology } from '../../topology/model/builder.ts'
import { forward } from '../../topology/model/outcome.ts'
import { topic } from '../../topology/model/topic.ts'
import { rawBytes } from './raw-bytes.ts'

/** Raw bytes from topic to topic through a stage that does nothing. */
export const emptyTopology = (partitions: number) => {
  const input = topic('input', rawBytes, { partitions })
  const output = topic('output', rawBytes, { partitions })
  const graph = topology('bench', {
    topics: [input, output],
    deadLetters: topic('dead', deadLetterCodec, { partitions: 1 }),
    ledger: topic('ledger', ledgerEntryCodec, { partitions: 1 }),
  })
  graph
    .subTopology('only', '')
    .from(input)
    .via({
      kind: 'asking',
      name: 'empty',
      version: 1,
      order: 'key',
      doc: '',
      concurrency: 1_000,
      timeoutMs: 1_000,
      run: async (value) => forward(value),
    })
    .to(output)
  return { input, output, built: graph.build() }
}
