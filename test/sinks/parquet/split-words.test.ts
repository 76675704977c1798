import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createPlainSplitter, createWordSplitter } from '../../../sinks/parquet/split-words.ts'

describe('words split into streams of their bytes', () => {
  it('are the same with vector instructions and without, whatever was split before', () => {
    const [quick, plain] = [createWordSplitter(), createPlainSplitter()]
    const words = fc.oneof(
      fc.array(fc.integer(), { maxLength: 70 }),
      fc
        .tuple(fc.nat(40_000), fc.integer())
        .map(([length, seed]) =>
          Array.from({ length }, (_, at) => Math.imul(at + seed, 0x9e3779b1)),
        ),
    )
    fc.assert(
      fc.property(words, (all) => {
        const given = Int32Array.from(all)
        const bytes = Buffer.from(given.buffer)
        for (const splitter of [quick, plain]) {
          splitter.words(given.length).set(given)
          const streams = splitter.split(given.length)
          assert.equal(streams.length, 4)
          for (const [place, stream] of streams.entries())
            assert.ok(
              Buffer.from(stream).equals(bytes.filter((_, at) => at % 4 === place)),
              `stream ${place}`,
            )
        }
      }),
      { numRuns: 60 },
    )
  })
})
