import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createChunker } from '../../../processors/chunk/chunk.ts'
import { defaultChunkOptions } from '../../../processors/chunk/options.ts'
import { sourceRanges } from '../../../processors/chunk/source-range.ts'
import { redactDocument } from '../../../processors/redact/redact-document.ts'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { somePolicy, TEST_KEYS } from '../redact/some-policy.ts'
import type { CanonicalDocument, PlacedFinding } from '../../../topology/model/document.ts'

const tokeniser = createTokeniser(loadTokenizer())
const chunker = createChunker({ ...defaultChunkOptions, maxTokens: 26, overlap: 6 }, tokeniser)

interface Written {
  readonly source: string
  readonly redacted: string
  readonly findings: readonly PlacedFinding[]
  /** For each unit of the redacted text, the stretch of the source that it came of. */
  readonly origin: readonly (readonly [number, number])[]
}

/** Writes a text and its redacted form side by side, unit by unit, with no map. */
const write = (pieces: readonly (string | readonly [string, string])[]): Written => {
  let source = ''
  let redacted = ''
  const findings: PlacedFinding[] = []
  const origin: (readonly [number, number])[] = []
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      for (let i = 0; i < piece.length; i++) origin.push([source.length + i, source.length + i + 1])
      source += piece
      redacted += piece
      continue
    }
    const [value, label] = piece
    const place = { sourceStart: source.length, sourceEnd: source.length + value.length }
    const where = { start: redacted.length, end: redacted.length + label.length }
    findings.push({ ...where, ...place, type: 'X', score: 100, recogniser: 'x' })
    for (let i = 0; i < label.length; i++) origin.push([place.sourceStart, place.sourceEnd])
    source += value
    redacted += label
  }
  return { source, redacted, findings, origin }
}

const prose = fc.constantFrom(
  'the ',
  'meeting ',
  'is. ',
  '\n\n',
  'größe 😀 ',
  'x',
  'Unprecedentedly ',
)
const value = fc.constantFrom(
  'a',
  'Ada Example',
  'ada.example.the.third@mail.example.org',
  '😀漢字',
)
const label = fc.constantFrom(
  '[X]',
  '[EMAIL_ADDRESS]',
  '*',
  '[PERSON_12]',
  'one two three four five',
)
const written = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: prose }, { weight: 1, arbitrary: fc.tuple(value, label) }),
    { minLength: 40, maxLength: 160 },
  )
  .map(write)

describe('the place of a chunk in the text before redaction', () => {
  it('is the least stretch that holds all that the chunk was made of', () => {
    const seen = { before: 0, inside: 0, across: 0 }
    fc.assert(
      fc.property(written, ({ redacted, findings, origin }) => {
        const chunks = chunker(
          { text: redacted, spans: [] },
          tokeniser.tokenise(redacted),
          findings,
        )
        for (const { start, end, sourceStart, sourceEnd } of chunks) {
          const mine = origin.slice(start, end)
          assert.equal(sourceStart, Math.min(...mine.map(([from]) => from)))
          assert.equal(sourceEnd, Math.max(...mine.map(([, to]) => to)))
          for (const finding of findings) {
            if (finding.end <= start) seen.before++
            else if (finding.start >= start && finding.end <= end) seen.inside++
            else if (finding.start < end) seen.across++
          }
        }
      }),
      { numRuns: 600 },
    )
    for (const [where, times] of Object.entries(seen))
      assert.ok(times > 100, `${times} redactions ${where} chunks`)
  })

  it('holds for any stretch, chunks or not', () => {
    fc.assert(
      fc.property(written, fc.nat(), fc.nat(), ({ redacted, findings, origin }, a, b) => {
        fc.pre(redacted.length > 0)
        const start = a % redacted.length
        const end = start + 1 + (b % (redacted.length - start))
        const mine = origin.slice(start, end)
        assert.deepEqual(sourceRanges(findings)(start, end), [
          Math.min(...mine.map(([from]) => from)),
          Math.max(...mine.map(([, to]) => to)),
        ])
      }),
      { numRuns: 600 },
    )
  })

  it('is the place itself where nothing was redacted', () => {
    const text = 'the meeting is moved '.repeat(20)
    for (const chunk of chunker({ text, spans: [] }, tokeniser.tokenise(text)))
      assert.deepEqual([chunk.sourceStart, chunk.sourceEnd], [chunk.start, chunk.end])
  })

  it('leads from a redacted document back to the words of its source', () => {
    const policy = somePolicy({ entities: { EMAIL_ADDRESS: {}, IBAN_CODE: { operator: 'mask' } } })
    const words = [
      'Payment',
      'from',
      'ada.example@example.org',
      'to',
      'DE89370400440532013000',
      'is',
      'late.\n',
    ]
    const source = Array.from(
      { length: 300 },
      (_, i) => words[(i * i + 3 * i) % words.length],
    ).join(' ')
    const document: CanonicalDocument = {
      type: 'text/plain',
      text: source,
      spans: [],
      participants: [],
      dates: {},
      attachments: [],
      warnings: [],
    }
    const secrets = { keys: TEST_KEYS, tenantId: 't', subject: 'd' }
    const redaction = redactDocument(document, policy, secrets)
    assert.ok(redaction.kind === 'redacted')
    const { text } = redaction.document
    assert.ok(!text.includes('ada.example') && redaction.places.length > 50)
    for (const { start, end, type, sourceStart, sourceEnd } of redaction.places) {
      assert.match(source.slice(sourceStart, sourceEnd), type === 'IBAN_CODE' ? /^DE\d+$/ : /@/)
      assert.doesNotMatch(text.slice(start, end), /@|^DE/)
    }
    const chunks = chunker({ text, spans: [] }, tokeniser.tokenise(text), redaction.places)
    assert.ok(chunks.length > 10)
    for (const chunk of chunks) {
      const redacted = text.slice(chunk.start, chunk.end).split(/\s+/)
      const before = source.slice(chunk.sourceStart, chunk.sourceEnd).split(/\s+/)
      const plain = (word: string) => /^(Payment|from|to|is|late\.)$/.test(word)
      assert.deepEqual(redacted.filter(plain), before.filter(plain))
    }
  })
})
