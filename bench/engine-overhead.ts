import { deadLetterCodec, ledgerEntryCodec } from '../schemas/generated/codecs.ts'
import type { Codec } from '../schemas/codec.ts'
import { topology } from '../topology/model/builder.ts'
import { forward } from '../topology/model/outcome.ts'
import type { Stage } from '../topology/model/stage.ts'
import { topic } from '../topology/model/topic.ts'
import { createTestDriver } from '../topology/testing/topology-test-driver.ts'

/**
 * CPU time of the engine per record with a stage that does nothing, on the log in memory: poll, decode, dispatch, gates,
 * the stage, outputs and commits. Records have no envelope, so no ledger entry is written.
 *
 *     node dist/bench/engine-overhead.js [records]
 */
const records = Number(process.argv[2] ?? 50_000)

const bytesCodec: Codec<Uint8Array> = {
  subject: 'bytes',
  schema: '"bytes"',
  fingerprint: 'bytes',
  encode: (value) => value,
  decode: (bytes) => bytes,
  decoderFor: () => (bytes) => bytes,
}

const input = topic('input', bytesCodec)
const output = topic('output', bytesCodec)
const base = { name: 'empty', version: 1, order: 'key', doc: '' } as const

const stages: Readonly<Record<string, Stage<Uint8Array, Uint8Array>>> = {
  asking: {
    ...base,
    kind: 'asking',
    concurrency: 64,
    timeoutMs: 1_000,
    run: async (value) => forward(value),
  },
  pure: { ...base, kind: 'pure', deadlineMs: 1_000, create: () => (value) => forward(value) },
}

const measure = async (stage: Stage<Uint8Array, Uint8Array>): Promise<number> => {
  const graph = topology('bench', {
    topics: [input, output],
    deadLetters: topic('dead', deadLetterCodec),
    ledger: topic('ledger', ledgerEntryCodec),
  })
  graph.subTopology('only', '').from(input).via(stage).to(output)
  const driver = createTestDriver(graph.build())
  const value = new Uint8Array(100)
  for (let i = 0; i < records; i++) driver.pipe(input, `key-${i % 10_000}`, value)
  const before = process.cpuUsage()
  await driver.run()
  const { user, system } = process.cpuUsage(before)
  if (driver.read(output).length !== records) throw new Error('records are missing')
  return (user + system) / records
}

for (const [name, stage] of Object.entries(stages)) {
  const times: number[] = []
  for (let round = 0; round < 3; round++) times.push(await measure(stage))
  const [best] = times.toSorted((a, b) => a - b)
  console.log(`${name}: ${best?.toFixed(1)} µs CPU per record (best of ${times.length})`)
}
