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
   * stands twice in a topic.
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
  const good = new Set(inputs.filter((item) => !isPoison(item)).map(idOf))
  const poison = new Set(inputs.filter(isPoison).map(idOf))
  const inTopics = delivery === 'exactly-once' ? 'once' : 'again'
  const repeated = {
    results: lookAt('result', results, good, inTopics, breaks),
    deadLetters: lookAt('dead letter', deadLetters, poison, inTopics, breaks),
    // The sink outside is not part of a transaction of Kafka's.
    effects: lookAt('effect', effects, good, 'again', breaks),
  }
  for (const result of [...results, ...effects]) {
    if (result.digest !== digestOf(result)) breaks('doubled', `${idOf(result)} differs`)
  }
  for (const result of results) checkState(result, delivery, breaks)
  return { broken, repeated, examples }
}

/** Answers how often something came again. */
const lookAt = (
  what: string,
  seen: readonly Item[],
  expected: ReadonlySet<string>,
  copies: 'once' | 'again',
  breaks: (promise: keyof Broken, what: string) => void,
): number => {
  const ids = new Set<string>()
  const newest = new Map<string, number>()
  for (const item of seen) {
    const id = idOf(item)
    if (!expected.has(id)) breaks('doubled', `${what} ${id} that nobody asked for`)
    if (ids.has(id)) {
      if (copies === 'once') breaks('doubled', `${what} ${id} is there twice`)
      continue
    }
    ids.add(id)
    const before = newest.get(item.key) ?? -1
    if (item.seq < before) breaks('outOfOrder', `${what} ${id} comes after ${item.key}:${before}`)
    newest.set(item.key, Math.max(before, item.seq))
  }
  for (const id of expected) if (!ids.has(id)) breaks('lost', `${what} ${id}`)
  return seen.length - ids.size
}

const checkState = (
  result: Result,
  delivery: Delivery,
  breaks: (promise: keyof Broken, what: string) => void,
): void => {
  const expected = expectedBefore(result)
  const right = delivery === 'exactly-once' ? result.before === expected : result.before >= expected
  if (!right) breaks('wrongState', `${idOf(result)} was made with ${result.before}`)
}
