import type { Checker } from './checker.ts'
import { rankOf, type Item } from './item.ts'
import { countsInState } from './oracle.ts'
import type { World } from './world.ts'

/** Holds what is visible in the end against what a straight line through the inputs would leave. */
export const judgeFinalState = (
  checker: Checker,
  world: World,
  state: ReadonlyMap<string, Uint8Array>,
  inputs: readonly Item[],
): void => {
  checker.finish()
  judgeRows(checker, world)
  judgeIndex(checker, world)
  judgeState(checker, state, inputs)
}

/** Every item is in the files once, however often it is in the topic. */
const judgeRows = (checker: Checker, world: World): void => {
  const ids = [...world.files.values()].flat().map((row) => row.split(':', 3)[2])
  if (new Set(ids).size !== ids.length) checker.violate('DOUBLE', 'an item is in the files twice')
}

/** The index holds the newest item of every key. */
const judgeIndex = (checker: Checker, world: World): void => {
  const newest = new Map<string, Item>()
  for (const { item } of checker.sources.values()) {
    if (!checker.effects.has(`index:${item.id}`)) continue
    const known = newest.get(item.documentId)
    if (!known || rankOf(known) < rankOf(item)) newest.set(item.documentId, item)
  }
  for (const [key, item] of newest) {
    const { id } = world.index.get(key) ?? { id: 'nothing' }
    if (id !== item.id) checker.violate('STALE-INDEX', `${key} is ${id}, not ${item.id}`)
  }
}

/** The state counts every item once. */
const judgeState = (
  checker: Checker,
  state: ReadonlyMap<string, Uint8Array>,
  inputs: readonly Item[],
): void => {
  const counts = new Map<string, number>()
  for (const item of inputs) {
    if (countsInState(item)) counts.set(item.documentId, (counts.get(item.documentId) ?? 0) + 1)
  }
  for (const [key, count] of counts) {
    const found = Number(Buffer.from(state.get(key) ?? []).toString())
    if (found !== count) checker.violate('STATE', `${key} counts ${found}, not ${count}`)
  }
}
