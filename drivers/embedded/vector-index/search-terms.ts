import type { TermWeights } from '../../../topology/ports/vector-index.ts'

/** How often one looks for the next term by halving. */
const indexOf = (terms: Uint32Array, term: number): number => {
  let from = 0
  let to = terms.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((terms[middle] as number) < term) from = middle + 1
    else to = middle
  }
  return terms[from] === term ? from : -1
}

/** What of one row was searched for: the weight of each wanted term, 0 where the row has it not. */
export interface TermHit {
  readonly row: number
  readonly weights: Float32Array
}

/** Undefined where the row has none of the wanted terms. */
export const hitIn = (
  row: number,
  { terms, weights }: TermWeights,
  wanted: Uint32Array,
): TermHit | undefined => {
  let found: Float32Array | undefined
  for (const [place, term] of wanted.entries()) {
    const index = indexOf(terms, term)
    if (index < 0) continue
    found ??= new Float32Array(wanted.length)
    found[place] = weights[index] as number
  }
  return found && { row, weights: found }
}

/** How much finding each of the wanted terms says, by how many of `rows` have it: as BM25 has it, and never below 0. */
export const raritiesOf = (
  hits: readonly TermHit[],
  wanted: Uint32Array,
  rows: number,
): readonly number[] =>
  Array.from(wanted, (_, place) => {
    const having = hits.reduce((sum, { weights }) => sum + (weights[place] ? 1 : 0), 0)
    return Math.log(1 + (rows - having + 0.5) / (having + 0.5))
  })

export const scoreOf = ({ weights }: TermHit, rarities: readonly number[]): number =>
  rarities.reduce((sum, rarity, place) => sum + rarity * (weights[place] as number), 0)
