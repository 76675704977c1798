import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  createHashEmbedder,
  EMBED_DIMENSIONS,
} from '../../../../drivers/embedded/models/embed-hash.ts'
import { MAX_UNITS } from '../../../../drivers/embedded/models/word-scanner.ts'

const embed = createHashEmbedder()

function rowOf(rows: Float32Array, row: number): Float32Array {
  return rows.subarray(row * EMBED_DIMENSIONS, (row + 1) * EMBED_DIMENSIONS)
}

function cosine(a: string, b: string): number {
  const rows = embed([a, b])
  const second = rowOf(rows, 1)
  return rowOf(rows, 0).reduce((sum, value, i) => sum + value * (second[i] as number), 0)
}

/** A question, a text that answers it, a text that does not. */
const TRIPLES: readonly (readonly [string, string, string])[] = [
  [
    'quarterly sales figures for Europe',
    'The sales figures of the European quarter are attached.',
    'Lunch is at noon in the canteen.',
  ],
  [
    'The server crashed after the upgrade',
    'After upgrading, our servers crash every night.',
    'She booked a flight to Lisbon.',
  ],
  [
    'cancel my subscription',
    'I would like the subscription to be cancelled',
    'The garden needs water in summer',
  ],
  [
    'Vertragsentwurf prüfen',
    'Bitte prüfen Sie den Entwurf des Vertrags',
    'Morgen scheint die Sonne',
  ],
  ['réunion du comité', 'Le comité se réunit lundi pour la réunion', 'Un chat dort sur le canapé'],
  ['契約書の確認', '契約書を確認してください', '今日は天気がいい'],
  [
    'interest rate swap pricing',
    'How do we price the swaps when interest rates move?',
    'The cat sat on the mat.',
  ],
]

describe('the hashing embedding', () => {
  it('gives similar texts a higher cosine than different ones', () => {
    for (const [question, near, far] of TRIPLES) {
      const [close, distant] = [cosine(question, near), cosine(question, far)]
      assert.ok(close > distant + 0.1, `${question}: ${close} against ${distant}`)
    }
  })

  it('sees through case, accents, apostrophes, soft hyphens and full-width letters', () => {
    assert.ok(cosine('Café CRÈME, don’t', 'cafe creme dont') > 0.999)
    assert.ok(cosine('in\u00adfor\u00adma\u00adtion', 'information') > 0.999)
    assert.ok(cosine('ＡＢＣ１２３ ｗｏｒｄ', 'abc123 word') > 0.999)
    assert.ok(cosine('re\u0301union', 'réunion') > 0.999)
  })

  it('gives finite unit vectors for whatever text', () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.lorem()), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(texts, (some) => {
        const rows = embed(some)
        assert.equal(rows.length, some.length * EMBED_DIMENSIONS)
        for (let row = 0; row < some.length; row++) {
          const square = rowOf(rows, row).reduce((sum, value) => sum + value * value, 0)
          assert.ok(Math.abs(square - 1) < 1e-6)
        }
      }),
    )
  })

  it('gives a text the same vector alone and in any batch', () => {
    fc.assert(
      fc.property(fc.array(fc.lorem(), { minLength: 2, maxLength: 6 }), (texts) => {
        const rows = embed(texts)
        texts.forEach((text, row) => assert.deepEqual(rowOf(rows, row), embed([text])))
      }),
    )
  })

  it('gives a text without words the first basis vector', () => {
    assert.equal(embed(['', ' -- !!']).filter((value) => value !== 0).length, 2)
    assert.equal(embed([''])[0], 1)
  })

  it('has the same bytes on every platform', () => {
    const rows = embed(TRIPLES.flat())
    const digest = createHash('sha256').update(new Uint8Array(rows.buffer)).digest('hex')
    assert.equal(digest, '56d906c24bcef97f4c9d9e039b75d3262a720743f3dfc8ec6bc89e68a2ada6f5')
  })

  it('takes linear time on texts that are made to be slow', () => {
    const hostile = [
      'a'.repeat(MAX_UNITS),
      '字'.repeat(MAX_UNITS),
      'a '.repeat(MAX_UNITS),
      '\u0301'.repeat(MAX_UNITS),
      '\ud800'.repeat(MAX_UNITS),
    ]
    const before = process.cpuUsage()
    embed(hostile)
    const { user } = process.cpuUsage(before)
    assert.ok(user < 1_000_000, `${user} µs`)
  })

  it('reads a bounded stretch of a text', () => {
    const start = 'letters '.repeat(MAX_UNITS / 8)
    assert.deepEqual(
      embed([`${start}${'tail '.repeat(MAX_UNITS)}`]),
      embed([`${start}${'other '.repeat(9)}`]),
    )
  })
})
