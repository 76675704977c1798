import { splitSentences } from './split-sentences.ts'
import { createTermTable } from './term-table.ts'
import type { Term, TermTable } from './term-table.ts'
import { readShape, SHAPE_FEATURES } from './text-shape.ts'
import type { ShapeFeature } from './text-shape.ts'
import { createWordScanner, MAX_UNITS } from './word-scanner.ts'
import type { ScannedWords } from './word-scanner.ts'

/** The weights of a classifier as they are stored: made by `scripts/train-classifiers.mjs`. */
export interface LinearModel {
  readonly labels: readonly string[]
  /**
   * `text`: one score for the whole text, terms counted by their share. `sentence`: the highest score of any sentence,
   * so that one sentence in a long text is found.
   */
  readonly unit: 'text' | 'sentence'
  /** Words after a negation are other terms than the words alone. */
  readonly negation: boolean
  /** One number per label. */
  readonly bias: readonly number[]
  readonly shape: Readonly<Record<ShapeFeature, readonly number[]>>
  readonly terms: Readonly<Record<Term, readonly number[]>>
}

/** Scores texts: one row per text, one number in 0..1 per label. */
export type LinearClassifier = (texts: readonly string[]) => Float32Array<ArrayBuffer>

/**
 * A linear model over words, word pairs and the shape of a text, with one independent score per label.
 *
 * A classifier holds scratch buffers: use one per thread.
 */
export function createLinearClassifier(model: LinearModel): LinearClassifier {
  const reader = createFeatureReader(Object.keys(model.terms), model)
  const width = model.labels.length
  const termWeights = flatten(Object.values(model.terms), width)
  const shapeWeights = flatten(
    SHAPE_FEATURES.map((feature) => model.shape[feature]),
    width,
  )
  const sums = new Float64Array(width)
  return (texts) => {
    const scores = new Float32Array(texts.length * width)
    texts.forEach((text, row) => {
      reader(text, (features) => {
        for (let label = 0; label < width; label++) sums[label] = model.bias[label] as number
        addWeighted(features.termRows, features.termValues, termWeights, sums)
        addWeighted(SHAPE_ROWS, features.shape, shapeWeights, sums)
        raise(scores, row * width, sums)
      })
    })
    return scores
  }
}

/** What a model sees of a text or a sentence; overwritten by the next one. */
export interface Features {
  /** Rows of the terms that occur. */
  readonly termRows: readonly number[]
  /** What each of them counts, in the same order. */
  readonly termValues: readonly number[]
  /** See {@link SHAPE_FEATURES}. */
  readonly shape: Float64Array
}

/** Calls `see` once for a text, or once for each of its sentences. */
export type FeatureReader = (text: string, see: (features: Features) => void) => void

const SHAPE_ROWS = SHAPE_FEATURES.map((_, row) => row)
const SENTENCE_LIMITS = { maxSentences: 2_000, maxUnits: 600 }

/** Makes the reader that training and scoring share. */
export function createFeatureReader(
  terms: readonly Term[],
  options: Pick<LinearModel, 'unit' | 'negation'>,
): FeatureReader {
  const scan = createWordScanner()
  const table = createTermTable(terms, options)
  const counts = new Int32Array(terms.length)
  const shape = new Float64Array(SHAPE_FEATURES.length)
  return (text, see) => {
    const read = text.length > MAX_UNITS ? text.slice(0, MAX_UNITS) : text
    const words = scan(read)
    const bounds =
      options.unit === 'text' ? [0, read.length] : splitSentences(read, SENTENCE_LIMITS)
    if (bounds.length === 0) see({ termRows: [], termValues: [], shape: shape.fill(0) })
    let from = 0
    for (let i = 0; i < bounds.length; i += 2) {
      const end = bounds[i + 1] as number
      let to = from
      while (to < words.count && (words.from[to] as number) < end) to++
      readShape(read, bounds[i] as number, end, shape)
      see({ ...readTerms(table, words, from, to, counts, options.unit), shape })
      from = to
    }
  }
}

function readTerms(
  table: TermTable,
  words: ScannedWords,
  from: number,
  to: number,
  counts: Int32Array,
  unit: LinearModel['unit'],
): Pick<Features, 'termRows' | 'termValues'> {
  const termRows = table.count(words, from, to, counts)
  const damp = 4 / Math.sqrt(to - from + 20)
  const termValues = termRows.map((row) => {
    const value = unit === 'sentence' ? 1 : Math.sqrt(counts[row] as number) * damp
    counts[row] = 0
    return value
  })
  return { termRows, termValues }
}

/**
 * The probability of a sum of weights: (1 + x / √(1 + x²)) / 2. It has the form of the logistic curve, and unlike it
 * the same bits on every platform.
 */
export function probability(x: number): number {
  return 0.5 + (0.5 * x) / Math.sqrt(1 + x * x)
}

function raise(scores: Float32Array, offset: number, sums: Float64Array): void {
  for (let label = 0; label < sums.length; label++) {
    const score = probability(sums[label] as number)
    if (score > (scores[offset + label] as number)) scores[offset + label] = score
  }
}

function addWeighted(
  rows: readonly number[],
  values: ArrayLike<number>,
  weights: Float64Array,
  sums: Float64Array,
): void {
  const width = sums.length
  for (let i = 0; i < rows.length; i++) {
    const at = (rows[i] as number) * width
    const value = values[i] as number
    for (let label = 0; label < width; label++)
      sums[label] = (sums[label] as number) + value * (weights[at + label] as number)
  }
}

function flatten(rows: readonly (readonly number[])[], width: number): Float64Array {
  const flat = new Float64Array(rows.length * width)
  rows.forEach((row, i) => flat.set(row, i * width))
  return flat
}
