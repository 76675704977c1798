import { digestOf, expectedBefore, idOf, isPoison, type Item, type Result } from './item.ts'

export type Delivery = 'at-least-once' | 'exactly-once'

/** Everything that was visible, each list in the order in which it became so. */
export interface History {
  readonly delivery: Delivery
  readonly inputs: readonly Item[]
  /** The topic of results. */
  readonly results: readonly Result[]
  /** The inputs of which a dead letter tells. */
  readonly deadLetters: readonly Item[]
  /** What reached the sink outside Kafka. */
  readonly effects: readonly Result[]
}

/** How often each promise was broken. All zero: it was kept. */
export interface Broken {
  /** Inputs without result, effect or, for poison, dead letter. */
  readonly lost: number
  /**
   * Ids that show two different results; dead letters beside a result; what no input asked for. With exactly-once also what
   * stands in a topic more often than its input does.
   */
  readonly doubled: number
  /** Results or effects seen for the first time after a later one of their key. */
  readonly outOfOrder: number
  /** Results made with a state that lacked an earlier item of the key, or, with exactly-once, had the item itself. */
  readonly wrongState: number
}

export interface Verdict {
  readonly broken: Broken
  /** What was done more than once, and shows under the same id with the same content. */
  readonly repeated: {
    /** Written again by whoever put them in, which is as if somebody had asked again. */
    readonly inputs: number
    readonly results: number
    readonly deadLetters: number
    readonly effects: number
  }
  /** The first few of what is wrong. */
  readonly examples: readonly string[]
}

const shown = 20

/** Holds what was visible against what the inputs ask for. */
export const judge = (history: History): Verdict => {
  const { inputs, results, deadLetters, effects, delivery } = history
  const broken = { lost: 0, doubled: 0, outOfOrder: 0, wrongState: 0 }
  const examples: string[] = []
  const breaks = (promise: keyof Broken, what: string): void => {
    broken[promise]++
    if (examples.length < shown) examples.push(`${promise}: ${what}`)
  }
  const good = countsOf(inputs.filter((item) => !isPoison(item)))
  const poison = countsOf(inputs.filter(isPoison))
  const inTopics = delivery === 'exactly-once' ? 'once' : 'again'
  const repeated = {
    inputs: inputs.length - good.size - poison.size,
    results: lookAt('result', results, good, inTopics, breaks),
    deadLetters: lookAt('dead letter', deadLetters, poison, inTopics, breaks),
    // The sink outside is not part of a transaction of Kafka's.
    effects: lookAt('effect', effects, good, 'again', breaks),
  }
  for (const result of [...results, ...effects]) {
    if (result.digest !== digestOf(result)) breaks('doubled', `${idOf(result)} differs`)
  }
  for (const result of results)
    checkState(result, delivery, (good.get(idOf(result)) ?? 1) > 1, breaks)
  return { broken, repeated, examples }
}

/** How often each id is there. */
const countsOf = (items: readonly Item[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const id of items.map(idOf)) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

/** Answers how often something came again. */
const lookAt = (
  what: string,
  seen: readonly Item[],
  expected: ReadonlyMap<string, number>,
  copies: 'once' | 'again',
  breaks: (promise: keyof Broken, what: string) => void,
): number => {
  const ids = new Map<string, number>()
  const newest = new Map<string, number>()
  for (const item of seen) {
    const id = idOf(item)
    if (!expected.has(id)) breaks('doubled', `${what} ${id} that nobody asked for`)
    const times = (ids.get(id) ?? 0) + 1
    ids.set(id, times)
    if (times > 1) {
      const often = times > (expected.get(id) ?? 1)
      if (often && copies === 'once') breaks('doubled', `${what} ${id} is there ${times} times`)
      continue
    }
    const before = newest.get(item.key) ?? -1
    if (item.seq < before) breaks('outOfOrder', `${what} ${id} comes after ${item.key}:${before}`)
    newest.set(item.key, Math.max(before, item.seq))
  }
  for (const id of expected.keys()) if (!ids.has(id)) breaks('lost', `${what} ${id}`)
  return seen.length - ids.size
}

const checkState = (
  result: Result,
  delivery: Delivery,
  askedAgain: boolean,
  breaks: (promise: keyof Broken, what: string) => void,
): void => {
  const expected = expectedBefore(result)
  const exact = delivery === 'exactly-once' && !(askedAgain && result.before >= result.seq)
  const right = exact ? result.before === expected : result.before >= expected
  if (!right) breaks('wrongState', `${idOf(result)} was made with ${result.before}`)
}
