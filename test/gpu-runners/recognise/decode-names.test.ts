import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { decodeNames } from '../../../gpu-runners/recognise/decode-names.ts'

const LABELS = ['O', 'B-PER', 'I-PER', 'E-PER', 'S-PER', 'B-LOC', 'I-LOC', 'L-LOC', 'U-LOC', 'ORG']

/** Names in the tokens of these labels; a piece that goes on with a word has a hash before it. */
const decoded = (words: string, probabilities: readonly number[] = []): string => {
  const tokens = words.split(' ')
  const starts = Uint8Array.from(tokens, (token) => (token.startsWith('#') ? 0 : 1))
  const found = Float32Array.from(
    tokens.flatMap((token, i) => [LABELS.indexOf(token.replace('#', '')), probabilities[i] ?? 1]),
  )
  return decodeNames({ first: 0, end: tokens.length }, starts, LABELS, found)
    .map(({ first, end, kind, probability }) =>
      [`${kind} ${first}-${end}`, ...(probability < 1 ? [probability.toFixed(2)] : [])].join(' '),
    )
    .join(', ')
}

describe('names from the labels of tokens', () => {
  const cases: readonly (readonly [what: string, labels: string, names: string])[] = [
    ['nothing', 'O O O', ''],
    ['one word and several', 'B-PER O B-LOC I-LOC O', 'PER 0-1, LOC 2-4'],
    ['two that touch', 'B-PER I-PER B-PER', 'PER 0-2, PER 2-3'],
    ['two kinds that touch', 'B-PER I-LOC I-LOC', 'PER 0-1, LOC 1-3'],
    ['one that begins inside (IOB1)', 'O I-PER I-PER O', 'PER 1-3'],
    ['one that goes on to the end', 'O B-LOC I-LOC', 'LOC 1-3'],
    ['begin, inside and end (BIOES)', 'B-PER I-PER E-PER E-PER', 'PER 0-3, PER 3-4'],
    ['single ones', 'S-PER S-PER I-PER', 'PER 0-1, PER 1-2, PER 2-3'],
    ['BILOU', 'B-LOC L-LOC U-LOC I-LOC', 'LOC 0-2, LOC 2-3, LOC 3-4'],
    ['an end after another kind', 'B-PER L-LOC', 'PER 0-1, LOC 1-2'],
    ['kinds without a part (IO)', 'ORG ORG O ORG', 'ORG 0-2, ORG 3-4'],
    ['pieces of words: the first one says it', 'B-PER #O #B-LOC I-PER #O O', 'PER 0-5'],
    ['a word whose first piece is outside', 'O #B-PER B-LOC', 'LOC 2-3'],
    ['a window that begins inside a word', '#B-PER #O O', 'PER 0-2'],
  ]
  for (const [what, labels, names] of cases)
    it(`reads ${what}`, () => assert.equal(decoded(labels), names))

  it('takes the mean of its words for the probability of a name', () => {
    assert.equal(decoded('B-PER #I-PER I-PER', [0.9, 0.1, 0.6]), 'PER 0-3 0.75')
  })
})
