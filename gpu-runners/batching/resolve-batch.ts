import { BatchRefused } from './item.ts'
import type { InferBatch, ItemOutcome, Poison, PoisonReason, SecondTry } from './item.ts'

/** Says whether the server answers what it certainly can. */
export type Probe = (signal: AbortSignal) => Promise<boolean>

/** What {@link resolveBatch} needs besides the items. */
export interface ResolveOptions {
  /** See `PoolOptions.outageShare`. */
  readonly outageShare: number
  /** Asked when too many items are bad, or none was good, so that nothing shows that the server works. */
  readonly probe?: Probe
}

/** Thrown when so many items of a batch failed that the server must be at fault, not they. */
export class SuspectedOutage extends Error {
  constructor(bad: number, all: number, why: string | undefined) {
    const last = why === undefined ? '' : `; of one it said: ${why}`
    super(
      `${bad} of ${all} items of a batch failed: the model server is held to be at fault${last}`,
    )
    this.name = 'SuspectedOutage'
  }
}

/** Below this many items, the share of bad ones says nothing. */
const MIN_ITEMS_FOR_SHARE = 8

/**
 * Computes a batch and finds out which of its items are poison.
 *
 * A batch that fails as a whole is halved until the items that break it stand alone: one poison among n costs at most
 * 2·log2(n) further requests. An item whose answer was unusable is asked for once more, alone. `deliver` gets the good
 * items as soon as they are there; the verdicts on bad ones come last, when it is known that the server works:
 *
 * - when more than the outage share of the items is bad, or none was good, the probe must succeed; without a probe, the
 *   former is an outage;
 * - when all of {@link MIN_ITEMS_FOR_SHARE} items or more are bad, it is an outage even if the probe succeeds: rather
 *   the model or its configuration is wrong than every item.
 *
 * Throws {@link SuspectedOutage}, or what `infer` throws besides `BatchRefused`; the items not yet delivered are then
 * undecided.
 */
export async function resolveBatch<I, R>(
  items: readonly I[],
  infer: InferBatch<I, R>,
  deliver: (index: number, outcome: ItemOutcome<R>) => void,
  options: ResolveOptions,
  signal: AbortSignal,
): Promise<void> {
  const bad = new Map<number, Poison>()
  const limit = items.length < MIN_ITEMS_FOR_SHARE ? Infinity : items.length * options.outageShare
  let good = 0
  let why: string | undefined
  let proven = false
  let refusal: BatchRefused | undefined

  /** Without a probe, nothing but a success shows it. */
  const serverWorks = async (): Promise<boolean> => {
    proven ||= options.probe !== undefined && (await options.probe(signal))
    return proven
  }

  const outage = (suspects: number): SuspectedOutage =>
    new SuspectedOutage(suspects, items.length, why)

  const suspect = async (suspects: number): Promise<void> => {
    if (suspects > limit && !(await serverWorks())) throw outage(suspects)
  }

  const condemn = async (index: number, reason: PoisonReason, message: string): Promise<void> => {
    why = message
    bad.set(index, { kind: 'poison', reason, message })
    await suspect(bad.size)
  }

  /** Answers whether the stretch was decided. Several items that are refused together are not, nor is a first try, unless of what is too long. */
  const ask = async (
    indexes: readonly number[],
    last: boolean,
    again?: SecondTry,
  ): Promise<boolean> => {
    const answers = await askOnce(at(items, indexes), infer, signal, again)
    if (answers instanceof BatchRefused) {
      const isFirst = !last && answers.reason !== 'too-long'
      refusal = answers
      if (indexes.length > 1 || isFirst) return false
      await condemn(indexes[0] as number, answers.reason, answers.message)
      return true
    }
    const unusable: { readonly index: number; readonly message: string }[] = []
    for (const [place, answer] of answers.entries()) {
      const index = indexes[place] as number
      if (answer.kind === 'bad') unusable.push({ index, message: answer.message })
      else {
        good++
        deliver(index, answer)
      }
    }
    why = unusable.at(-1)?.message ?? why
    await suspect(unusable.length)
    for (const { index, message } of unusable) {
      if (last && indexes.length === 1) await condemn(index, 'bad-result', message)
      else await ask([index], true, { reason: 'bad-result', message })
    }
    return true
  }

  const proveServer = async (): Promise<void> => {
    if (good > 0 || !options.probe || (await serverWorks())) return
    throw outage(items.length)
  }

  /** Halves a stretch that was refused as a whole. */
  const search = async (indexes: readonly number[]): Promise<void> => {
    const left = indexes.slice(0, indexes.length >> 1)
    const right = indexes.slice(left.length)
    const before = bad.size
    const leftDone = await ask(left, true)
    // When nothing is wrong with the left half, the right one holds the reason: it need not be sent to know.
    const rightRefused = leftDone && bad.size === before && right.length > 1
    const rightDone = !rightRefused && (await ask(right, true))
    if (!leftDone && !rightDone) await proveServer()
    if (!leftDone) await search(left)
    if (!rightDone) await search(right)
  }

  const all = [...items.keys()]
  if (!(await ask(all, false))) {
    if (all.length > 1) await search(all)
    else await ask(all, true, refusal)
  }
  if (bad.size > 0) await proveServer()
  if (good === 0 && items.length >= MIN_ITEMS_FOR_SHARE) throw outage(bad.size)
  for (const [index, poison] of bad) deliver(index, poison)
}

function at<I>(items: readonly I[], indexes: readonly number[]): readonly I[] {
  const found: I[] = []
  for (const index of indexes) found.push(items[index] as I)
  return found
}

async function askOnce<I, R>(
  items: readonly I[],
  infer: InferBatch<I, R>,
  signal: AbortSignal,
  again: SecondTry | undefined,
): Promise<Awaited<ReturnType<InferBatch<I, R>>> | BatchRefused> {
  try {
    const answers = await infer(items, signal, again)
    if (answers.length === items.length) return answers
    const message = `the model server gave ${answers.length} answers to ${items.length} items`
    return new BatchRefused('failed', message)
  } catch (error) {
    if (error instanceof BatchRefused) return error
    throw error
  }
}
