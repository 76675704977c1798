import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createChunker } from '../../../processors/chunk/chunk.ts'
import {
  bandKeys,
  BAND_ROWS,
  minHash,
  nearKeys,
  SHINGLE_WORDS,
  SIGNATURE_LENGTH,
  similarity,
} from '../../../processors/chunk/min-hash.ts'
import { defaultChunkOptions } from '../../../processors/chunk/options.ts'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'

/** Words by number: the same numbers, the same words. */
const words = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `w${((first + i) * 2_654_435_761) % 1_000_003}`)

const shingles = (text: readonly string[]): Set<string> =>
  new Set(text.slice(SHINGLE_WORDS - 1).map((_, i) => text.slice(i, i + SHINGLE_WORDS).join(' ')))

const jaccard = (a: readonly string[], b: readonly string[]): number => {
  const [left, right] = [shingles(a), shingles(b)]
  const common = [...left].filter((each) => right.has(each)).length
  return common / (left.size + right.size - common)
}

/** Two texts that have about `shared` of their runs of words in common. */
const pair = (seed: number, shared: number): readonly [string[], string[]] => {
  const common = words(seed * 10_000, Math.round(400 * shared))
  const own = Math.round((400 - common.length) / 2)
  const left = [...common, ...words(seed * 10_000 + 2000, own)]
  return [left, [...common, ...words(seed * 10_000 + 4000, own)]]
}

describe('MinHash of chunks', () => {
  it('estimates the share of runs of words in common', () => {
    for (const shared of [0, 0.25, 0.5, 0.75, 0.9, 1]) {
      let error = 0
      for (let seed = 1; seed <= 20; seed++) {
        const [a, b] = pair(seed, shared)
        const [left, right] = [minHash(a.join(' '))!, minHash(b.join(' '))!]
        const off = similarity(left, right) - jaccard(a, b)
        assert.ok(Math.abs(off) < 4 / Math.sqrt(SIGNATURE_LENGTH), `${shared}: off by ${off}`)
        error += off / 20
      }
      assert.ok(Math.abs(error) < 0.035, `${shared}: ${error} on average`)
    }
  })

  it('gives a key in common to near-duplicates, and hardly ever to others', () => {
    const share = (shared: number): number => {
      let found = 0
      for (let seed = 1; seed <= 60; seed++) {
        const [a, b] = pair(seed, shared).map((each) => nearKeys(each.join(' ')))
        if (a!.some((key) => b!.includes(key))) found++
      }
      return found / 60
    }
    assert.equal(share(1), 1)
    assert.ok(share(0.92) > 0.9)
    assert.ok(share(0.3) < 0.1)
    assert.equal(share(0), 0)
  })

  it('does not tell letter case, white space and composed characters apart', () => {
    const text = 'Die Größe der Pumpe in Halle drei ist falsch angegeben'
    const other = `  ${text.toUpperCase().normalize('NFD').replaceAll(' ', '\n\t')}`
    assert.deepEqual(nearKeys(text.toUpperCase()), nearKeys(other))
    assert.deepEqual(nearKeys('DIE PUMPE'), nearKeys('die  pumpe'))
    assert.deepEqual(nearKeys(' \n'), [])
  })

  it('gives the same keys for ever', () => {
    const keys = nearKeys('the quick brown fox jumps over the lazy dog')
    assert.equal(keys.length, SIGNATURE_LENGTH / BAND_ROWS)
    assert.equal(new Set(keys).size, keys.length)
    assert.deepEqual([keys[0], keys.at(-1)], ['0039a78f09a30ee3b1', '0fd4c272c9ac432667'])
    assert.deepEqual(bandKeys(minHash('x')!), nearKeys('X'))
  })

  it('marks chunks only where it is asked for, and changes nothing else of them', () => {
    const tokeniser = createTokeniser(loadTokenizer())
    const text = 'The pump in hall three is broken again, says the plumber.'
    const cut = (nearDuplicates: boolean) =>
      createChunker({ ...defaultChunkOptions, nearDuplicates }, tokeniser)(
        { text, spans: [] },
        tokeniser.tokenise(text),
      )
    const [plain] = cut(false)
    const [marked] = cut(true)
    assert.ok(!('nearKeys' in plain!))
    const { nearKeys: keys, ...rest } = marked!
    assert.deepEqual(rest, plain)
    assert.deepEqual(keys, nearKeys(text))
  })
})
