import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createChunker } from '../../../processors/chunk/chunk.ts'
import { isSpace } from '../../../processors/chunk/is-space.ts'
import { ChunkOptionsError, defaultChunkOptions } from '../../../processors/chunk/options.ts'
import type { ChunkOptions } from '../../../processors/chunk/options.ts'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import type { CanonicalDocument, Chunk } from '../../../topology/model/document.ts'
import { documents, texts } from './documents.ts'

const tokeniser = createTokeniser(loadTokenizer())

type Source = Pick<CanonicalDocument, 'text' | 'spans'> & Partial<CanonicalDocument>

const chunksOf = (document: Source, options: Partial<ChunkOptions> = {}): Chunk[] =>
  createChunker({ ...defaultChunkOptions, ...options }, tokeniser)(
    document,
    tokeniser.tokenise(document.text),
  )

const MAIL: Source = {
  text: 'The pump is broken again.',
  spans: [],
  subject: 'Re:  the pump\nin hall 3',
  participants: [
    { role: 'to', name: 'Grace Example' },
    { role: 'from', name: 'Ada Example', address: 'ada@example.org' },
  ],
  dates: { sent: Date.UTC(2024, 4, 17, 23, 59) },
}

const headerOf = (document: Source, options: Partial<ChunkOptions> = {}): string | undefined =>
  chunksOf(document, { header: 'full', ...options })[0]!.header

const SMALL = { maxTokens: 40, overlap: 5, headerTokens: 12 } as const

const headed = fc.tuple(documents, texts, texts).map(([document, subject, name]) => ({
  ...document,
  subject,
  participants: [{ role: 'from', name }] as const,
  dates: { sent: 1_700_000_000_000 },
}))

describe('the header of chunks', () => {
  it('is absent unless asked for', () => {
    const [chunk] = chunksOf(MAIL)
    assert.ok(!('header' in chunk!) && !('headerIds' in chunk!))
  })

  it('has the day, who wrote it and the subject on one line', () => {
    assert.equal(headerOf(MAIL), '2024-05-17 · Ada Example · Re: the pump in hall 3\n')
    assert.equal(headerOf(MAIL, { header: 'subject' }), 'Re: the pump in hall 3\n')
  })

  it('leaves out what there is not, and names that were redacted', () => {
    for (const name of ['[PERSON_1]', '****', '[PERSON:key-1:abc]', '']) {
      const participants = [{ role: 'from', name }] as const
      assert.equal(headerOf({ ...MAIL, participants }), '2024-05-17 · Re: the pump in hall 3\n')
    }
    assert.equal(headerOf({ text: 'x', spans: [], dates: { sent: Number.NaN } }), undefined)
    assert.equal(headerOf({ text: 'x', spans: [], dates: { sent: 9e15 } }), undefined)
    assert.equal(headerOf({ text: 'x', spans: [] }), undefined)
  })

  it('stands apart from the text: places, text hash and token ids are of the text alone', () => {
    const [plain] = chunksOf(MAIL)
    const [chunk] = chunksOf(MAIL, { header: 'full' })
    const { header, headerIds, id, ...rest } = chunk!
    assert.deepEqual({ ...rest, id: plain!.id }, plain)
    assert.notEqual(id, plain!.id)
    assert.deepEqual(headerIds, tokeniser.tokenise(header!).ids)
  })

  it('counts in the limit: 0 chunks are over it, and no character is left out', () => {
    fc.assert(
      fc.property(headed, (document) => {
        const covered = new Uint8Array(document.text.length)
        const chunks = chunksOf(document, { ...SMALL, header: 'full' })
        for (const { start, end, ids, header, headerIds } of chunks) {
          assert.ok(headerIds!.length > 0 && headerIds!.length <= SMALL.headerTokens)
          assert.ok(ids.length + headerIds!.length <= SMALL.maxTokens - 2)
          assert.ok(header!.endsWith('\n') && header!.indexOf('\n') === header!.length - 1)
          covered.fill(1, start, end)
        }
        for (let i = 0; i < covered.length && chunks.length > 0; i++)
          assert.ok(covered[i] === 1 || isSpace(document.text.charCodeAt(i)), `unit ${i}`)
      }),
      { numRuns: 400 },
    )
  })

  it('gives the ids that tokenising header and text together gives, save where a word was cut', () => {
    fc.assert(
      fc.property(headed, (document) => {
        for (const chunk of chunksOf(document, { ...SMALL, header: 'full' })) {
          const { start, end, ids, header, headerIds, hardSplit } = chunk
          if (hardSplit) continue
          const piece = document.text.slice(start, end)
          assert.deepEqual(ids, tokeniser.tokenise(piece).ids)
          assert.deepEqual([...headerIds!, ...ids], [...tokeniser.tokenise(header! + piece).ids])
        }
      }),
      { numRuns: 400 },
    )
  })

  it('keeps its beginning when it is too long, cut at a word', () => {
    const subject = Array(40).fill('meeting').join(' ')
    const [chunk] = chunksOf({ ...MAIL, subject }, { header: 'full', headerTokens: 16 })
    assert.match(chunk!.header!, /^2024-05-17 · Ada Example · meeting( meeting)*\n$/)
    assert.ok(chunk!.headerIds!.length <= 16)
    const word = { ...MAIL, subject: 'qzjxkv'.repeat(9) }
    assert.equal(headerOf(word, { header: 'subject', headerTokens: 8 }), undefined)
  })

  it('is part of the ids: another subject or day, another id; the same content, the same', () => {
    const idOf = (changes: Partial<Source>): string =>
      chunksOf({ ...MAIL, ...changes }, { header: 'full' })[0]!.id
    const ids = [{}, { subject: 'other' }, { dates: { sent: 0 } }, { participants: [] }].map(idOf)
    assert.equal(new Set(ids).size, ids.length)
    assert.equal(idOf({}), idOf({ language: 'de', threadId: 'x' }))
    // No header, whatever the reason: the ids of chunks without one.
    const bare = { text: MAIL.text, spans: [] }
    assert.equal(chunksOf(bare, { header: 'full' })[0]!.id, chunksOf(bare)[0]!.id)
  })

  it('must leave room for text', () => {
    assert.throws(
      () => chunksOf(MAIL, { maxTokens: 60, overlap: 0, header: 'full', headerTokens: 48 }),
      ChunkOptionsError,
    )
  })
})
