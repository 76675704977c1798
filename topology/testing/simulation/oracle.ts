import type { Item } from './item.ts'
import { letter } from './small-topology.ts'

export type Part = 'first' | 'second' | 'files'

/** Where a record stands in the topic its sub-topology reads. */
export interface Place {
  readonly partition: number
  readonly offset: number
}

/** What a sub-topology must do with one record, worked out without the engine. */
export interface Expectation {
  /** Names of everything that must have become durable: records by topic and id, index entries, rows. */
  readonly effects: readonly string[]
  readonly outcome: 'FORWARDED' | 'DROPPED' | 'DEAD'
}

export const deadEffect = (part: string, place: Place, itemId = ''): string =>
  `dead:${part}:${place.partition}:${place.offset}:${itemId}`
export const ledgerEffect = (part: string, place: Place): string =>
  `ledger:${part}:${place.partition}:${place.offset}`
export const rowEffect = (place: Place): string => `row:${place.partition}:${place.offset}`

export const expectationOf = (part: Part, item: Item, place: Place): Expectation => {
  const expected = expectedOf(part, item, place)
  // What could not be decoded has no envelope, so the ledger does not know it.
  if (part === 'first' && (item.fate === 'garbage' || item.fate === 'tombstone')) return expected
  return { ...expected, effects: [...expected.effects, ledgerEffect(part, place)] }
}

const expectedOf = (part: Part, item: Item, place: Place): Expectation => {
  const dead: Expectation = { effects: [deadEffect(part, place)], outcome: 'DEAD' }
  const dropped: Expectation = { effects: [], outcome: 'DROPPED' }
  const gone = (effects: readonly string[]): Expectation => ({ effects, outcome: 'FORWARDED' })
  switch (part) {
    case 'first':
      return firstOf(item, place, dead, dropped, gone)
    case 'second':
      switch (item.fate) {
        case 'drop-look':
          return dropped
        case 'dead-look':
        case 'index-dead':
        case 'index-throws':
          return dead
        case 'index-drop':
          return { effects: [`out:${item.id}`], outcome: 'DROPPED' }
        default:
          return gone([`out:${item.id}`, `index:${item.id}`])
      }
    case 'files':
      return item.fate === 'file-dead' ? dead : gone([rowEffect(place)])
  }
}

const firstOf = (
  item: Item,
  place: Place,
  dead: Expectation,
  dropped: Expectation,
  gone: (effects: readonly string[]) => Expectation,
): Expectation => {
  switch (item.fate) {
    case 'drop-pure':
    case 'drop-ask':
      return dropped
    case 'nothing':
      return gone([])
    case 'fan-out':
      return gone([`middle:${letter(item, 0).id}`, `middle:${letter(item, 1).id}`])
    case 'partial':
      return gone([deadEffect('first', place, 'part'), `middle:${item.id}`])
    case 'dead-pure':
    case 'bug-pure':
    case 'dead-ask':
    case 'reject-ask':
    case 'bug-ask':
    case 'timeout-ask':
    case 'misfit':
    case 'select-bug':
    case 'garbage':
    case 'tombstone':
      return dead
    default:
      return gone([`middle:${item.id}`])
  }
}

/**
 * True for items that count in the state of the first sub-topology: those that its last stage forwards in the usual way,
 * and those that fail behind it, as what was seen stays seen.
 */
export const countsInState = ({ fate }: Item): boolean =>
  fate === 'select-bug' ||
  (expectedOf('first', { fate } as Item, { partition: 0, offset: 0 }).outcome === 'FORWARDED' &&
    fate !== 'nothing' &&
    fate !== 'fan-out' &&
    fate !== 'partial')
