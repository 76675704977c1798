import { hash } from 'node:crypto'
import type { ModelUsage } from '../../schemas/generated/types.ts'
import type { ChatInput } from '../../topology/ports/model-server.ts'
import type { ItemOutcome, Poison } from '../batching/item.ts'
import type { ModelItem } from '../batching/model-pool.ts'
import type { Price } from '../batching/price.ts'
import { usageOf } from '../batching/usage.ts'
import type { AskedItem } from '../batching/usage.ts'
import type { SummaryAnswer } from '../prompts/answer.ts'
import { mergeSummaries } from '../prompts/merge-summaries.ts'
import { summariseChunks } from '../prompts/summarise-chunks.ts'
import { evenly } from './evenly.ts'
import { halves, mostParts } from './parts.ts'
import type { Passage } from './passages.ts'
import type { Answered } from './read-answers.ts'

/** How much of a document is asked about at once, and in all. */
export interface MapReduceOptions {
  /** Most tokens of the document in one request, as the pipeline's tokenizer counts. */
  readonly inputTokens: number
  /** Most tokens of an answer. */
  readonly maxTokens: number
  /** Most requests about one document, besides those that an input that did not fit costs. What is beyond is not read. */
  readonly maxRequests: number
  /** Of the model; it costs nothing, when absent. */
  readonly price?: Price
}

/** A summary of a document whose chunks are cited as {@link chunkLabel}. */
export interface Digest extends SummaryAnswer {
  readonly usage: ModelUsage
  readonly tokensIn: number
  readonly tokensOut: number
  /** Whether the whole document was read. */
  readonly whole: boolean
}

export type AskChat = (item: ModelItem, signal: AbortSignal) => Promise<ItemOutcome<Answered>>

/** How a chunk is cited: short, and the same in every request about a document. */
export const chunkLabel = ({ ordinal }: { readonly ordinal: number }): string => `c${ordinal}`

/** Thrown when the model has no usable answer to some part of a document. */
export class NoDigest extends Error {
  readonly poison: Poison

  constructor(poison: Poison) {
    super(poison.message)
    this.name = 'NoDigest'
    this.poison = poison
  }
}

/** Tokens of the marks around a chunk or a part. */
const MARKS = 12

/**
 * Summarises the passages of a document: in one request where they fit, otherwise each run of them that fits, then the
 * summaries, again as many at once as fit, until there is one. What the server finds too long after all is halved. The first
 * part that has no answer ends the others.
 *
 * @throws {NoDigest} and what `ask` throws
 */
export async function summarisePassages(
  passages: readonly Passage[],
  ask: AskChat,
  options: MapReduceOptions,
  signal: AbortSignal,
): Promise<Digest> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const used = { tokensIn: 0, tokensOut: 0 }
  const asked: AskedItem[] = []

  /** Undefined when it is too long. */
  const answerTo = async (item: ModelItem): Promise<SummaryAnswer | undefined> => {
    const outcome = await ask(item, either)
    if (outcome.kind === 'poison') {
      if (outcome.reason === 'too-long') return undefined
      throw new NoDigest(outcome)
    }
    const { answer, tokensIn, tokensOut } = outcome.result
    asked.push({ tokens: item.tokens, outcome, billed: { tokensIn, tokensOut } })
    used.tokensIn += tokensIn
    used.tokensOut += tokensOut
    return answer
  }

  const orHalves = async <T>(
    whole: readonly T[],
    itemOf: (part: readonly T[]) => ModelItem,
    halve: (part: readonly T[]) => readonly (readonly T[])[],
  ): Promise<readonly SummaryAnswer[]> => {
    const answer = await answerTo(itemOf(whole))
    if (answer) return [answer]
    const smaller = halve(whole)
    if (smaller.length === 0) throw new NoDigest(TOO_LONG)
    return (await Promise.all(smaller.map((part) => orHalves(part, itemOf, halve)))).flat()
  }

  const map = (run: readonly Passage[], part: number, parts: number) =>
    orHalves(run, (some) => chunksItem(some, { part, parts }, options), halves)

  const reduce = async (run: readonly SummaryAnswer[]): Promise<readonly SummaryAnswer[]> =>
    run.length === 1 ? run : orHalves(run, (some) => partsItem(some, options), halvesOfParts)

  try {
    const runs = evenly(passages, ({ tokens }) => tokens + MARKS, options.inputTokens)
    const together = Math.max(2, Math.floor(options.inputTokens / (options.maxTokens + MARKS)))
    const read = runs.slice(0, mostParts(options.maxRequests, together))
    let parts = (await Promise.all(read.map((run, i) => map(run, i + 1, runs.length)))).flat()
    while (parts.length > 1) {
      const groups = evenly(parts, () => 1, together)
      parts = (await Promise.all(groups.map(reduce))).flat()
    }
    const whole = read.length === runs.length
    return { ...(parts[0] as SummaryAnswer), ...used, usage: usageOf(asked, options.price), whole }
  } finally {
    stop.abort(new Error('another part of the document has no summary'))
  }
}

const TOO_LONG: Poison = {
  kind: 'poison',
  reason: 'too-long',
  message: 'a part of it does not fit the model, however short; see llm.inputTokens',
}

/** One part is none: it would be merged with itself. */
const halvesOfParts = (parts: readonly SummaryAnswer[]): readonly (readonly SummaryAnswer[])[] => {
  if (parts.length < 3) return []
  const middle = parts.length >> 1
  return [parts.slice(0, middle), parts.slice(middle)]
}

const chunksItem = (
  passages: readonly Passage[],
  place: { readonly part: number; readonly parts: number },
  options: MapReduceOptions,
): ModelItem => {
  const chunks = passages.map(({ chunk, text }) => ({ id: chunkLabel(chunk), text }))
  const tokens = passages.reduce((sum, each) => sum + each.tokens + MARKS, 0)
  const chat = summariseChunks.render({ chunks, ...place }, options)
  return chatItem(chat, tokens, new Set(chunks.map(({ id }) => id)))
}

const partsItem = (parts: readonly SummaryAnswer[], options: MapReduceOptions): ModelItem => {
  const cited = parts.flatMap(({ citations, points }) => [
    ...citations,
    ...points.flatMap((point) => point.citations),
  ])
  const tokens = parts.length * (options.maxTokens + MARKS)
  return chatItem(mergeSummaries.render(parts, options), tokens, new Set(cited))
}

/** Something that a model can answer if it answers anything. */
export const probeChat = (options: Pick<MapReduceOptions, 'maxTokens'>): ModelItem => {
  const chunks = [{ id: 'c0', text: 'Good morning. The meeting begins at nine.' }]
  const chat = summariseChunks.render({ chunks, part: 1, parts: 1 }, options)
  return chatItem(chat, MARKS * 2, new Set(['c0']))
}

const chatItem = (chat: ChatInput, tokens: number, citable: ReadonlySet<string>): ModelItem => ({
  tokens,
  bytes: (chat.system.length + chat.user.length) * 2,
  contentKey: hash('sha256', JSON.stringify([chat.system, chat.user]), 'base64'),
  input: { chat },
  citable,
})
