import type { Answer, Piece, Question } from './collection.ts'

/** What the first pieces of a ranking hold of the answers; all from 0 to 1, means over the questions. */
export interface Recall {
  readonly questions: number
  readonly pieces: number
  readonly meanTokens: number
  /** Share of the characters of the answers in the first ten pieces. */
  readonly recallAt10: number
  /** Share of questions of whose answers something is in the first ten pieces. */
  readonly hitAt10: number
  /** Share of the characters of the answers in the first pieces that have 2,000 and 5,000 tokens together. */
  readonly recallIn2000: number
  readonly recallIn5000: number
}

const DEEPEST = 1024

/** `vectors` of length 1, one after the other, of the pieces and of the questions. */
export const recallOf = (
  pieces: readonly Piece[],
  vectors: Float32Array,
  questions: readonly Question[],
  asked: Float32Array,
): Recall => {
  const dimensions = vectors.length / pieces.length
  const sums = { recallAt10: 0, hitAt10: 0, recallIn2000: 0, recallIn5000: 0 }
  questions.forEach((question, q) => {
    const query = asked.subarray(q * dimensions, (q + 1) * dimensions)
    const ranking = nearest(vectors, query, DEEPEST)
      .map((at) => pieces[at]!)
      .filter(({ source }) => source !== question.from)
    const covered = (count: number) => coveredBy(ranking.slice(0, count), question.answers)
    const ten = covered(10)
    sums.recallAt10 += ten
    sums.hitAt10 += ten > 0 ? 1 : 0
    sums.recallIn2000 += covered(within(ranking, 2000))
    sums.recallIn5000 += covered(within(ranking, 5000))
  })
  const tokens = pieces.reduce((sum, { ids }) => sum + ids.length, 0)
  const mean = (sum: number) => Math.round((sum / questions.length) * 1000) / 1000
  return {
    questions: questions.length,
    pieces: pieces.length,
    meanTokens: Math.round(tokens / pieces.length),
    recallAt10: mean(sums.recallAt10),
    hitAt10: mean(sums.hitAt10),
    recallIn2000: mean(sums.recallIn2000),
    recallIn5000: mean(sums.recallIn5000),
  }
}

/** How many pieces have at most so many tokens together. */
const within = (ranking: readonly Piece[], budget: number): number => {
  let left = budget
  const over = ranking.findIndex(({ ids }) => (left -= ids.length) < 0)
  return over < 0 ? ranking.length : over
}

const coveredBy = (pieces: readonly Piece[], answers: readonly Answer[]): number => {
  let wanted = 0
  let found = 0
  for (const answer of answers) {
    const hit = new Uint8Array(answer.end - answer.start)
    for (const { source, start, end } of pieces) {
      if (source !== answer.source || end <= answer.start || start >= answer.end) continue
      hit.fill(1, Math.max(0, start - answer.start), end - answer.start)
    }
    wanted += hit.length
    for (const each of hit) found += each
  }
  return found / wanted
}

/** The rows of highest product, best first. */
const nearest = (vectors: Float32Array, query: Float32Array, most: number): number[] => {
  const dimensions = query.length
  const count = vectors.length / dimensions
  const scores = new Float32Array(count)
  for (let row = 0, at = 0; row < count; row++) {
    let sum = 0
    for (let i = 0; i < dimensions; i++) sum += vectors[at++]! * query[i]!
    scores[row] = sum
  }
  const least = scores.toSorted()[Math.max(0, count - most)]!
  const best: number[] = []
  for (let row = 0; row < count; row++) if (scores[row]! >= least) best.push(row)
  return best.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, most)
}
