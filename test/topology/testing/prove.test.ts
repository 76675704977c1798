import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { deadLetterCodec, ledgerEntryCodec } from '../../../schemas/generated/codecs.ts'
import { topology } from '../../../topology/model/builder.ts'
import { forward } from '../../../topology/model/outcome.ts'
import type { AskingStage, BatchSink } from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import type { Cache } from '../../../topology/ports/cache.ts'
import { anyCodec } from '../../../topology/testing/any-codec.ts'
import { aroundStage } from '../../../topology/testing/around-stage.ts'
import { prove, recordOf } from '../../../topology/testing/prove/prove.ts'
import { inMemoryCache, type InMemoryCache } from '../../builders/in-memory-cache.ts'

const stage = (run: AskingStage<string, string>['run']): AskingStage<string, string> => ({
  kind: 'asking',
  name: 'stage',
  version: 1,
  order: 'key',
  doc: '',
  concurrency: 10,
  timeoutMs: 5_000,
  run,
})

const input = topic('input', anyCodec<string>('input'))

/** input → cache, in batches. */
const intoCache = (write: BatchSink<string>['write']) => {
  const graph = topology('cached', {
    topics: [input],
    deadLetters: topic('dead-letters', deadLetterCodec),
    ledger: topic('ledger', ledgerEntryCodec),
  })
  const batch = { maxRecords: 5, lingerMs: 20 }
  const rest = { kind: 'batch-sink', version: 1, doc: '', ordered: true, timeoutMs: 5_000 } as const
  graph
    .subTopology('cache', '')
    .from(input)
    .sink({ ...rest, name: 'cache', batch, write })
  return graph.build()
}

const inputs = Array.from({ length: 20 }, (_, index) =>
  recordOf(input, `k${index % 3}`, `value ${index}`),
)

const outside = {
  ports: () => ({ cache: inMemoryCache() as Cache }),
  outside: ({ cache }: { readonly cache?: Cache }) => (cache as InMemoryCache).texts(),
}

const write: BatchSink<string>['write'] = async (records, { ports }) => {
  await ports.cache.setMany(records.map(({ value }) => ({ key: value, value: Buffer.from(value) })))
  return records.map(() => ({ kind: 'written' }))
}

describe('prove', () => {
  it('accepts a sink that writes what it says', async () => {
    await prove(intoCache(write), { inputs, seeds: 20, ...outside })
  })

  it('rejects a sink that says that it has written before it has', async () => {
    const early: typeof write = async (records, context) => {
      context.ports.clock.after(100, () => void write(records, context))
      return records.map(() => ({ kind: 'written' }))
    }
    await assert.rejects(prove(intoCache(early), { inputs, ...outside }), /another state outside/)
  })

  it('rejects a stage whose result depends on how often it was called, and says how to repeat it', async () => {
    let calls = 0
    const around = aroundStage(stage(async (value) => forward(`${value} ${++calls}`)))
    await assert.rejects(prove(around.topology, { inputs }), (error: Error) => {
      assert.match(
        error.message,
        /^seed 1: topic output, key k\d: \d+ missing, \d+ that should not/,
      )
      assert.match(error.message, /again: prove\(…, \{ …, firstSeed: 1, seeds: 1 \}\)$/)
      return true
    })
  })

  it('takes a dead letter for a result like others', async () => {
    const around = aroundStage(
      stage(async (value) => {
        if (value === 'value 3') throw new TypeError('planted')
        return forward(value)
      }),
    )
    await prove(around.topology, { inputs, seeds: 10 })
  })
})
