import { setMaxListeners } from 'node:events'
import type { DeadlineClass } from '../../topology/model/deadline-class.ts'
import { NerUnusable } from '../../topology/ports/ner.ts'
import type { Ner, NerEntity } from '../../topology/ports/ner.ts'
import { createModelPools } from '../batching/model-pool.ts'
import type { AskModel, ModelItem, ModelPorts } from '../batching/model-pool.ts'
import type { ItemOutcome, PoisonReason } from '../batching/item.ts'
import { priceOf } from '../batching/price.ts'
import { usageFigures, usageOf } from '../batching/usage.ts'
import type { AskedItem } from '../batching/usage.ts'
import { mergeNames } from './merge-names.ts'
import { DEFAULT_STRETCH_UNITS } from './options.ts'
import type { ModelNerOptions } from './options.ts'
import { readTokenLabels } from './read-token-labels.ts'
import type { TokenLabels } from './read-token-labels.ts'
import { entitiesIn, openStretch } from './stretch.ts'
import type { Stretch } from './stretch.ts'
import { tokenWindows } from './token-windows.ts'
import type { TokenWindow } from './token-windows.ts'
import type { TextTokeniser } from './word-starts.ts'

/**
 * Finds names by a token classifier of a model server. Texts are tokenised here and cut into overlapping windows, which share batches with
 * all that is asked at the time. A long text is taken stretch by stretch, so that memory and the time between two waits are bounded.
 */
export const createModelNer = (given: ModelNerOptions, ports: ModelPorts): Ner => {
  const { card, stretchUnits = DEFAULT_STRETCH_UNITS } = given
  let opened: Opened | undefined
  const open = (): Opened => (opened ??= openModel(given, ports))
  const price = priceOf(given.prices, card)

  const findIn = async (text: string, asked: AskedItem[], how: How): Promise<NerEntity[]> => {
    const found: NerEntity[] = []
    for (let from = 0; from < text.length;) {
      const { tokeniser, ask, windows } = open()
      const stretch = openStretch(text, from, stretchUnits, tokeniser)
      const parts = [...tokenWindows(stretch.starts, windows)]
      const items = parts.map((part) => itemOf(stretch, part, tokeniser, how))
      const outcomes = await ask(items, how.signal)
      const results = outcomes.map(resultOf)
      items.forEach(({ tokens }, i) => asked.push({ tokens, outcome: outcomes[i]! }))
      found.push(...entitiesIn(stretch, parts, results.map(withoutSpecial(tokeniser)), card))
      from = stretch.next(card.overlap)
    }
    return found
  }

  return {
    model: `${card.name}@${card.version}`,
    find: async (texts, signal = new AbortController().signal, deadline = 'bulk') => {
      signal.throwIfAborted()
      // Each text listens to it, and some tests and commands ask about hundreds.
      setMaxListeners(0, signal)
      const asked: AskedItem[] = []
      const found = await Promise.all(
        texts.map((each) => findIn(each, asked, { signal, deadline })),
      )
      const entities = found.map(mergeNames)
      const names = entities.reduce((sum, { length }) => sum + length, 0)
      return { entities, counts: { names, ...usageFigures(usageOf(asked, price)) } }
    },
  }
}

interface How {
  readonly signal: AbortSignal
  readonly deadline: DeadlineClass
}

interface Opened {
  readonly tokeniser: TextTokeniser
  readonly ask: AskModel<TokenLabels>
  readonly windows: { readonly room: number; readonly overlap: number }
}

/** The card's special tokens where it names some, those of the tokenizer.json otherwise. */
const openModel = ({ card, tokeniser: load, pool }: ModelNerOptions, ports: ModelPorts): Opened => {
  const tokeniser = { ...load(), ...card.specialTokens }
  const room = card.maxTokens - tokeniser.before.length - tokeniser.after.length
  const { ids } = tokeniser.tokenise('Good morning.')
  const probe = { tokens: 1, bytes: 0, input: { ids: around(ids, tokeniser) } }
  // Nothing is remembered: results would lie under a hash of what is not redacted yet.
  const unremembered = { ...pool, rememberBytes: 0, rememberMs: 0 }
  const use = { card, read: readTokenLabels(card), pool: unremembered, probe }
  return { tokeniser, ask: createModelPools(use)(ports), windows: { room, overlap: card.overlap } }
}

const around = (ids: Int32Array, { before, after }: TextTokeniser): Int32Array => {
  const all = new Int32Array(before.length + ids.length + after.length)
  all.set(before)
  all.set(ids, before.length)
  all.set(after, before.length + ids.length)
  return all
}

const itemOf = (
  { tokens }: Stretch,
  { first, end }: TokenWindow,
  tokeniser: TextTokeniser,
  { deadline }: How,
): ModelItem => {
  const ids = around(tokens.ids.subarray(first, end), tokeniser)
  return { tokens: ids.length, bytes: ids.byteLength, deadline, input: { ids } }
}

const withoutSpecial =
  ({ before, after }: TextTokeniser) =>
  (labels: TokenLabels): TokenLabels =>
    labels.subarray(2 * before.length, labels.length - 2 * after.length)

const WHY: Readonly<Record<PoisonReason, string>> = {
  refused: 'the model server refuses a window of it',
  'too-long': 'a window of it is too long for the model',
  failed: 'the model fails on a window of it',
  'bad-result': 'a score is no number',
}

/** What the server said of it is left out: it may repeat what it was sent, which is not redacted yet. */
const resultOf = (outcome: ItemOutcome<TokenLabels>): TokenLabels => {
  if (outcome.kind === 'ok') return outcome.result
  throw new NerUnusable(WHY[outcome.reason])
}
