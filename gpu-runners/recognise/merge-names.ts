import type { NerEntity } from '../../topology/ports/ner.ts'

/**
 * What overlapping windows say of the same place: entities of one type that overlap become one, as wide as all of them and with the best score.
 * Entities of different types both stay; who uses them decides by their scores.
 */
export const mergeNames = (entities: readonly NerEntity[]): readonly NerEntity[] => {
  const sorted = [...entities].sort((a, b) => a.start - b.start || b.end - a.end)
  const merged: NerEntity[] = []
  const lastOf = new Map<string, number>()
  for (const entity of sorted) {
    const at = lastOf.get(entity.type)
    const last = at === undefined ? undefined : merged[at]
    if (at !== undefined && last && entity.start < last.end) merged[at] = joined(last, entity)
    else lastOf.set(entity.type, merged.push(entity) - 1)
  }
  return merged
}

const joined = (a: NerEntity, b: NerEntity): NerEntity => ({
  ...a,
  end: Math.max(a.end, b.end),
  score: Math.max(a.score, b.score),
})
