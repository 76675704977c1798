import type { ProduceRecord } from '../../ports/record-log.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { fates, itemCodec, makeItem, type Fate, type Item } from './item.ts'
import { inputTopic } from './small-topology.ts'

export interface Input {
  readonly item: Item
  readonly record: ProduceRecord
}

/** Records of few keys, so that keys collide; most are fine, the others meet every fate. */
export const makeInputs = (random: SeededRandom, count: number): readonly Input[] => {
  const keys = random.int(3, 16)
  const troubled = random.pick([0, 0.1, 0.3, 0.6])
  const revisions = new Map<string, number>()
  return Array.from({ length: count }, () => {
    const key = `k${random.int(1, keys)}`
    const revision = (revisions.get(key) ?? 0) + 1
    revisions.set(key, revision)
    const fate: Fate = random.chance(troubled) ? random.pick(fates) : 'fine'
    const item = makeItem(key, revision, fate, random.int(0, 200))
    return { item, record: recordOf(item, key) }
  })
}

const recordOf = (item: Item, key: string): ProduceRecord => ({
  topic: inputTopic.name,
  key: Buffer.from(key),
  value: valueOf(item),
  timestamp: 0,
  headers: { id: Buffer.from(item.id) },
})

const valueOf = (item: Item): Uint8Array | null => {
  if (item.fate === 'garbage') return Buffer.from('no item')
  if (item.fate === 'tombstone') return null
  return itemCodec.encode(item)
}
