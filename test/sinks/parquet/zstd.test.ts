import assert from 'node:assert/strict'
import { compress, init } from '@bokuweb/zstd-wasm'
import fc from 'fast-check'
import { before, describe, it } from 'mocha'
import { frameOf } from '../../../sinks/parquet/zstd-blocks.ts'
import { unzstd, zstd, zstdReady } from '../../../sinks/parquet/zstd.ts'

const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Bytes of which `symbols` different ones occur, the first most often when `skew` is large. */
const bytesOf = (seed: number, length: number, symbols: number, skew: number): Uint8Array => {
  const next = random(seed)
  return Uint8Array.from({ length }, () => Math.floor(symbols * next() ** skew))
}

const someBytes = fc
  .tuple(
    fc.nat(),
    fc.nat(150_000),
    fc.integer({ min: 1, max: 256 }),
    fc.integer({ min: 1, max: 9 }),
  )
  .map((shape) => bytesOf(...shape))

describe('zstd', () => {
  before(zstdReady)

  it('gives the same bytes as another build, which earlier versions wrote files by, and gets them back', async () => {
    await init()
    fc.assert(
      fc.property(someBytes, (bytes) => {
        const packed = zstd(bytes)
        assert.deepEqual(Buffer.from(packed), Buffer.from(compress(bytes, 1)))
        assert.deepEqual(Buffer.from(unzstd(packed, bytes.length)), Buffer.from(bytes))
      }),
      { numRuns: 25 },
    )
  })
})

describe('a zstd frame without a search for repetitions', () => {
  before(zstdReady)

  it('is unpacked to the streams it was made of', () => {
    fc.assert(
      fc.property(fc.array(someBytes, { minLength: 1, maxLength: 3 }), (streams) => {
        const frame = Buffer.concat(frameOf(streams))
        assert.ok(
          Buffer.concat(streams).equals(
            unzstd(
              frame,
              streams.reduce((sum, each) => sum + each.length, 0),
            ),
          ),
        )
      }),
      { numRuns: 25 },
    )
  })

  it('is unpacked whatever the number of symbols and the size of the last block', () => {
    for (const symbols of [1, 2, 3, 17, 128, 129, 256]) {
      for (const length of [1, 1023, 1025, 131_072, 131_073]) {
        const stream = bytesOf(symbols, length, symbols, 3)
        const frame = Buffer.concat(frameOf([stream]))
        assert.ok(
          Buffer.from(stream).equals(unzstd(frame, stream.length)),
          `${symbols} symbols, ${length} bytes`,
        )
      }
    }
  })

  it('codes exponents in less than the search does', () => {
    const next = random(1)
    const floats = Float32Array.from({ length: 262_144 }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - next()))
      return radius * Math.cos(2 * Math.PI * next())
    })
    const bytes = new Uint8Array(floats.buffer)
    const exponents = Uint8Array.from({ length: floats.length }, (_, at) => bytes[4 * at + 3]!)
    const frame = Buffer.concat(frameOf([exponents]))
    assert.ok(frame.length < zstd(exponents).length)
    assert.ok(frame.length < 0.4 * exponents.length)
  })
})
