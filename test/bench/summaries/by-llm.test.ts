import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { chunksOf, openLlmSummaries } from '../../../bench/summaries/by-llm.ts'
import { supportedClaims } from '../../../bench/summaries/claims.ts'
import { startScriptedLlm } from '../../drivers/llm/scripted-llm.ts'
import type { ScriptedLlm } from '../../drivers/llm/scripted-llm.ts'

const filler = (name: string): string => `${name}: ${'well '.repeat(100)}\n`
const talk = [
  filler('A'),
  'B: The remote control shall have a rubber case.\n',
  filler('C'),
  filler('D'),
  'E: The battery lasts for two years.\n',
].join('')

const sentencesOf = (text: string): readonly string[] => text.split(/(?<=\.) /)

describe('the bench of summaries by a language model', () => {
  let llm: ScriptedLlm
  beforeEach(async () => {
    llm = await startScriptedLlm()
  })
  afterEach(() => llm.close())

  const summaryBy = async (content: string) => {
    const change = () => ({ content })
    for (let chats = 0; chats < 2; chats++) llm.misfortunes.push({ kind: 'answer', change })
    const options = { url: llm.url, model: llm.models[0] ?? '', inputTokens: 6_000 }
    const summaries = openLlmSummaries({ ...options, timeoutMs: 10_000 }, sentencesOf)
    try {
      return await summaries.summarise(talk)
    } finally {
      await summaries.close()
    }
  }

  it('cuts a talk at the ends of turns, without a gap', () => {
    const chunks = chunksOf(talk)
    assert.equal(chunks.map(({ start, end }) => talk.slice(start, end)).join(''), talk)
    assert.ok(chunks.length > 1)
    for (const { end } of chunks) assert.equal(talk[end - 1], '\n')
  })

  it('holds each sentence and point to what it cites, and to nothing else', async () => {
    const of = (words: string): string =>
      `c${chunksOf(talk).findIndex(({ start, end }) => talk.slice(start, end).includes(words))}`
    assert.notEqual(of('rubber'), of('battery'))
    const { text, claims } = await summaryBy(
      JSON.stringify({
        summary: 'The remote controls have rubber cases. The battery lasts two years.',
        citations: [of('rubber')],
        points: [
          { text: 'The battery lasts two years.', citations: [of('battery')] },
          { text: 'The battery lasts two years.', citations: [of('rubber')] },
        ],
      }),
    )
    assert.equal(text, 'The remote controls have rubber cases. The battery lasts two years.')
    assert.deepEqual(
      claims.map((claim) => supportedClaims([claim]).supported),
      [1, 0, 1, 0],
    )
  })

  it('has no summary where the model has no usable answer', async () => {
    assert.deepEqual(await summaryBy('I cannot do that.'), { text: '', claims: [] })
  })
})

describe('claims of a summary', () => {
  it('are supported by words of the evidence, however they end, and not by other ones', () => {
    const evidence = 'We decide that the design is approved on Monday.'
    const of = (text: string) => supportedClaims([{ text, evidence }])
    assert.deepEqual(of('They decided: designs approved.'), { supported: 1, all: 1 })
    assert.deepEqual(of('They rejected another design.'), { supported: 0, all: 1 })
    assert.deepEqual(of('It is so.'), { supported: 0, all: 0 })
  })
})
