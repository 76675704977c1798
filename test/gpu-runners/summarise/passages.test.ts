import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { evenly } from '../../../gpu-runners/summarise/evenly.ts'
import { halves, mostParts, requestsFor } from '../../../gpu-runners/summarise/parts.ts'
import { passagesOf } from '../../../gpu-runners/summarise/passages.ts'
import type { PassageChunk } from '../../../gpu-runners/summarise/passages.ts'
import { aSpan } from '../a-prepared-text.ts'

const aChunk = (ordinal: number, start: number, end: number): PassageChunk => ({
  id: `id-${ordinal}`,
  ordinal,
  start,
  end,
  tokens: end - start,
})

describe('the passages of a document', () => {
  const text = 'Dear all, lunch is at noon. > old words, older words. Bring a spoon. -- Kim'
  const spans = [
    aSpan('QUOTE', text.indexOf('>'), text.indexOf('Bring')),
    aSpan('SIGNATURE', text.indexOf('--'), text.length),
  ]

  it('are what each chunk says itself, without quotes and signatures', () => {
    const chunks = [
      aChunk(0, 0, 18),
      aChunk(1, 18, 40),
      aChunk(2, 40, 52),
      aChunk(3, 52, text.length),
    ]
    const passages = passagesOf({ text, spans }, chunks)
    assert.deepEqual(
      passages.map(({ chunk, text: said }) => [chunk.ordinal, said]),
      [
        [0, 'Dear all, lunch is'],
        [1, 'at noon.'],
        [3, 'Bring a spoon.'],
      ],
    )
    assert.ok(passages.every(({ text: said, tokens }) => tokens === said.length))
  })

  it('repeat nothing that chunks repeat of each other', () => {
    const chunks = [aChunk(0, 0, 20), aChunk(1, 10, 30), aChunk(2, 25, 40)]
    const passages = passagesOf({ text: 'abcdefghij'.repeat(4), spans: [] }, chunks)
    assert.deepEqual(passages.map(({ text: said }) => said).join(''), 'abcdefghij'.repeat(4))
  })

  it('are those of the whole text when nothing else is left', () => {
    const quoted = '> only a quote'
    const [passage] = passagesOf({ text: quoted, spans: [aSpan('QUOTE', 0, 14)] }, [
      aChunk(0, 0, 14),
    ])
    assert.equal(passage?.text, quoted)
  })

  it('hold every character that is said once, in order, however chunks and spans lie', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 12 })
    fc.assert(
      fc.property(cuts, cuts, fc.integer({ min: 0, max: 9 }), (ends, edges, overlap) => {
        const whole = Array.from({ length: 100 }, (_, i) => String.fromCharCode(0x4e00 + i)).join(
          '',
        )
        const bounds = [0, ...ends.sort((a, b) => a - b), 100]
        const chunks = bounds
          .slice(1)
          .map((end, i) => aChunk(i, Math.max(0, (bounds[i] as number) - overlap), end))
        const sorted = edges.sort((a, b) => a - b)
        const quotes = sorted
          .slice(1)
          .flatMap((end, i) => (i % 2 === 0 ? [aSpan('QUOTE', sorted[i] as number, end)] : []))
        const said = passagesOf({ text: whole, spans: quotes }, chunks)
        const left = whole
          .split('')
          .filter((_, at) => !quotes.some(({ start, end }) => at >= start && at < end))
        assert.equal(said.map((each) => each.text.replaceAll('\n', '')).join(''), left.join(''))
      }),
    )
  })
})

describe('cutting a list evenly', () => {
  it('makes as few runs as the limit allows, none over it but single items, and keeps the order', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 60 }), (items, limit) => {
        const runs = evenly(items, (size) => size, limit)
        assert.deepEqual(runs.flat(), items)
        const sum = (run: readonly number[]): number => run.reduce((all, each) => all + each, 0)
        assert.ok(runs.every((run) => run.length === 1 || sum(run) <= limit))
        // Filling each run as far as it goes needs the fewest.
        let fewest = 0
        let left = 0
        for (const size of items) {
          if (size > left) {
            fewest++
            left = limit
          }
          left -= size
        }
        assert.equal(runs.length, fewest)
      }),
    )
  })

  it('leaves no short run at the end', () => {
    const runs = evenly([1, 1, 1, 1, 1, 1, 1], () => 1, 6)
    assert.deepEqual(
      runs.map(({ length }) => length),
      [4, 3],
    )
  })
})

describe('the parts of a long document', () => {
  it('are as many as the requests allow, those that merge included', () => {
    assert.equal(requestsFor(1, 4), 1)
    assert.equal(requestsFor(4, 4), 5)
    assert.equal(requestsFor(5, 4), 8)
    for (const together of [2, 3, 10])
      for (let requests = 1; requests < 60; requests++) {
        const parts = mostParts(requests, together)
        assert.ok(parts === 1 || requestsFor(parts, together) <= requests)
        assert.ok(requestsFor(parts + 1, together) > requests)
      }
  })

  it('are halved between passages, one alone between its characters, and a short one not', () => {
    const passage = {
      chunk: aChunk(0, 0, 800),
      text: `${'a'.repeat(399)}😀${'b'.repeat(399)}`,
      tokens: 200,
    }
    const three = [passage, { ...passage, tokens: 1 }, { ...passage, tokens: 2 }]
    assert.deepEqual(
      halves(three).map((part) => part.length),
      [1, 2],
    )
    const cut = halves([passage]).flat()
    assert.equal(cut.map(({ text }) => text).join(''), passage.text)
    assert.ok(cut.every(({ text, tokens }) => !/\p{Cs}/u.test(text) && tokens === 100))
    assert.deepEqual(halves([{ ...passage, text: 'short' }]), [])
  })
})
