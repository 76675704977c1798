import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { promptId } from '../../gpu-runners/prompts/prompt.ts'
import { summariseChunks } from '../../gpu-runners/prompts/summarise-chunks.ts'
import { summaryPromptsHash } from '../../gpu-runners/prompts/summary-prompts.ts'
import type {
  DeadLetter,
  EmbeddingSet,
  PreparedDocument,
  Summary,
} from '../../schemas/generated/types.ts'
import { startScriptedLlm } from '../drivers/llm/scripted-llm.ts'
import type { Chat, Misfortune, ScriptedLlm } from '../drivers/llm/scripted-llm.ts'
import { openData, recordsOf } from './open-data.ts'
import { runCli, startArgs, startCli } from './run-cli.ts'

const archive = fileURLToPath(new URL('../../../examples/archive', import.meta.url))

/** Stands in one document of the example archive. */
const TYRES = 'studded tyres in 42 mm'

const isAbout = ({ messages }: Chat, text: string): boolean => messages[1].content.includes(text)
const isMerge = ({ messages }: Chat): boolean => messages[1].content.startsWith('Merge')
const saying = (content: string): Misfortune => ({ kind: 'answer', change: () => ({ content }) })

/** What lies in the topics of a data folder. */
interface Found {
  readonly prepared: readonly PreparedDocument[]
  /** The newest of every document. */
  readonly summaries: ReadonlyMap<string, Summary>
  /** Ids of the chunks of every document, by position. */
  readonly chunks: ReadonlyMap<string, ReadonlyMap<number, string>>
  readonly deadLetters: readonly string[]
}

const foundIn = async (dataDir: string): Promise<Found> => {
  const view = await openData(dataDir)
  try {
    const valuesOf = async <V>(topic: string): Promise<readonly V[]> =>
      (await recordsOf<V>(view, topic)).map(({ decoded }) => decoded)
    const chunks = new Map<string, Map<number, string>>()
    for (const { documentId, vectors } of await valuesOf<EmbeddingSet>('archive.embeddings')) {
      const known = chunks.get(documentId) ?? new Map<number, string>()
      for (const { ordinal, chunkId } of vectors) known.set(ordinal, chunkId)
      chunks.set(documentId, known)
    }
    const summaries = await valuesOf<Summary>('archive.summaries')
    const letters = await valuesOf<DeadLetter>('archive.dead-letters')
    return {
      prepared: await valuesOf<PreparedDocument>('archive.prepared'),
      summaries: new Map(summaries.map((each) => [each.documentId, each])),
      chunks,
      deadLetters: letters.map(({ stage, code }) => `${stage} ${code}`).sort(),
    }
  } finally {
    await view.close()
  }
}

/** Those of files that cannot be read. */
const broken = [
  'expand container-broken',
  'parse broken',
  'parse broken',
  'parse empty',
  'parse encrypted',
  'parse unknown-format',
]

/** What is the same in every run, whatever happens meanwhile. */
const resultOf = ({ text, citations, points, status, fallback, producedBy }: Summary) => ({
  text,
  citations,
  points,
  status,
  fallback,
  by: [producedBy.model, producedBy.modelVersion, producedBy.promptHash],
})

const resultsOf = ({ summaries }: Found) =>
  new Map([...summaries].map(([id, summary]) => [id, resultOf(summary)]))

describe('the example archive with summaries by a large language model', function () {
  this.timeout(180_000)
  let scripted: ScriptedLlm
  let folder: string
  beforeEach(async () => {
    scripted = await startScriptedLlm()
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-llm-'))
  })
  afterEach(async () => {
    await scripted.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Small chunks and small requests, so that the longest document takes several parts. */
  const args = (name: string, ...more: readonly string[]): readonly string[] => {
    const settings = ['drivers.summaries=llm', `llm.url=${scripted.url}`, 'llm.model=tiny-chat']
    const small = ['chunk.maxTokens=128', 'chunk.overlap=10', 'llm.inputTokens=500']
    const all = [...settings, ...small, 'llm.maxTokens=100', ...more]
    return [...startArgs(archive, join(folder, name)), ...all.flatMap((each) => ['--set', each])]
  }

  const run = async (name: string, ...more: readonly string[]): Promise<Found> => {
    const ended = await runCli(...args(name, ...more))
    assert.equal(ended.code, 0, ended.err)
    return foundIn(join(folder, name))
  }

  it('gets a summary with points for every document, citing chunks that it has', async () => {
    const { prepared, summaries, chunks, deadLetters } = await run('plain')
    assert.deepEqual(deadLetters, broken)
    assert.equal(summaries.size, prepared.length)
    for (const summary of summaries.values()) {
      const { documentId, citations, points, producedBy, fallback } = summary
      const cited = [...citations, ...points.flatMap((point) => point.citations)]
      assert.ok(citations.length > 0 && points.length > 0)
      for (const { chunkId, ordinal } of cited)
        assert.equal(chunkId, chunks.get(documentId)?.get(ordinal))
      assert.deepEqual(
        [producedBy.model, producedBy.modelVersion, producedBy.promptHash, fallback],
        ['summarise-llm', 'tiny-chat', summaryPromptsHash, null],
      )
    }
    const requests = [...summaries.values()].map(({ usage }) => usage?.requests ?? 0)
    assert.equal(
      requests.reduce((sum, each) => sum + each, 0),
      scripted.seen.length,
    )
    const merges = scripted.seen.filter(({ chat }) => isMerge(chat))
    assert.ok(merges.length > 0)
    const parts = scripted.seen.filter(({ chat }) => isAbout(chat, 'part 2 of '))
    assert.ok(parts.length > 0, promptId(summariseChunks))
    const longest = prepared.reduce((a, b) => (a.chunks > b.chunks ? a : b))
    assert.ok((summaries.get(longest.documentId)?.citations.length ?? 0) > 4)
  })

  it('comes to the same when it is killed twice, and the server is overloaded, breaks off, errs and rambles', async () => {
    const untroubled = await run('untroubled')
    scripted.seen.length = 0
    const misfortunes: readonly Misfortune[] = [
      { kind: 'status', status: 429, body: { error: {} }, headers: { 'retry-after': '0' } },
      { kind: 'reset' },
      { kind: 'status', status: 500, body: { error: { message: 'oops' } } },
      { kind: 'truncated' },
      saying('I would rather not.'),
      { kind: 'status', status: 503, body: '', headers: { 'retry-after': '1' } },
      saying('{"summary": "x", "citations": ["c999"], "points": []}'),
    ]
    let asked = 0
    scripted.trouble = () => (asked++ % 9 === 5 ? misfortunes[((asked / 9) % 7) | 0] : undefined)
    for (const moment of [8, 30]) {
      const { child, ended } = startCli(...args('troubled'))
      while (scripted.seen.length < moment && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 5))
      child.kill('SIGKILL')
      await ended
    }
    const troubled = await run('troubled')
    assert.ok(asked > 60)
    assert.deepEqual(troubled.deadLetters, broken)
    assert.deepEqual(resultsOf(troubled), resultsOf(untroubled))
  })

  it('has a dead letter for a document that it gets no usable answer to, and a summary for all others', async () => {
    scripted.trouble = (chat) => (isAbout(chat, TYRES) ? saying('No.') : undefined)
    const { prepared, summaries, deadLetters } = await run('unusable')
    assert.deepEqual(deadLetters, [...broken, 'summarise model-result-unusable'])
    assert.equal(summaries.size, prepared.length - 1)
    const about = scripted.seen.filter(({ chat }) => isAbout(chat, TYRES))
    assert.equal(about.length, 2)
  })

  it('lets sentences of the document stand in where that is configured, and marks them', async () => {
    scripted.trouble = (chat) => (isAbout(chat, TYRES) ? saying('No.') : undefined)
    const { prepared, summaries, deadLetters } = await run('fallback', 'llm.fallback=extractive')
    assert.deepEqual(deadLetters, broken)
    assert.equal(summaries.size, prepared.length)
    const marked = [...summaries.values()].filter(({ fallback }) => fallback !== null)
    assert.equal(marked.length, 1)
    const [{ text, producedBy, fallback }] = marked as [Summary]
    assert.equal(text, 'Do you sell studded tyres in 42 mm?')
    assert.equal(producedBy.model, 'summarise-coverage')
    assert.deepEqual(
      [fallback?.code, fallback?.model, fallback?.modelVersion],
      ['model-result-unusable', 'summarise-llm', 'tiny-chat'],
    )
  })

  it('writes nothing that a document tells the model to write instead of a summary', async () => {
    // As a model that takes a document at its word.
    scripted.trouble = (chat) =>
      isAbout(chat, TYRES)
        ? saying('{"summary": "x", "citations": ["c0"], "points": [], "role": "system"}')
        : undefined
    const { deadLetters } = await run('injected')
    assert.deepEqual(deadLetters, [...broken, 'summarise model-result-unusable'])
  })
})
