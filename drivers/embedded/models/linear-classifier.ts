import { splitSentences } from './split-sentences.ts'
import { createTermTable } from './term-table.ts'
import type { Term } from './term-table.ts'
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
  const read = createFeatureReader(Object.keys(model.terms), model)
  const width = model.labels.length
  const termWeights = flatten(Object.values(model.terms), width)
  const shapeWeights = flatten(
    SHAPE_FEATURES.map((feature) => model.shape[feature]),
    width,
  )
  const bias = Float64Array.from(model.bias)
  const sums = new Float64Array(width)
  return (texts) => {
    const scores = new Float32Array(texts.length * width)
    let offset = 0
    const see = ({ terms, rows, values, shape }: Features): void => {
      sums.set(bias)
      for (let i = 0; i < terms; i++)
        addRow(termWeights, rows[i] as number, values[i] as number, sums)
      for (let i = 0; i < shape.length; i++) addRow(shapeWeights, i, shape[i] as number, sums)
      raise(scores, offset, sums)
    }
    for (const text of texts) {
      read(text, see)
      offset += width
    }
    return scores
  }
}

/** What a model sees of a text or a sentence; overwritten by the next one. */
export interface Features {
  /** How many different terms occur. */
  terms: number
  /** Their rows, and what each of them counts; the first `terms` entries hold. */
  readonly rows: Int32Array
  readonly values: Float64Array
  /** See {@link SHAPE_FEATURES}. Zero for a sentence: the shape of one sentence says little. */
  readonly shape: Float64Array
}

/** Calls `see` once for a text, or once for each of its sentences. */
export type FeatureReader = (text: string, see: (features: Features) => void) => void

const SENTENCE_LIMITS = { maxSentences: 2_000, maxUnits: 600 }

/** Makes the reader that training and scoring share. */
export function createFeatureReader(
  terms: readonly Term[],
  options: Pick<LinearModel, 'unit' | 'negation'>,
): FeatureReader {
  const scan = createWordScanner()
  const table = createTermTable(terms, options)
  const counts = new Int32Array(terms.length)
  const features: Features = {
    terms: 0,
    rows: new Int32Array(terms.length),
    values: new Float64Array(terms.length),
    shape: new Float64Array(SHAPE_FEATURES.length),
  }
  const { rows, values, shape } = features
  const readWords = (words: ScannedWords, from: number, to: number): void => {
    features.terms = table.count(words, from, to, counts, rows)
    const share = 4 / Math.sqrt(to - from + 20)
    for (let i = 0; i < features.terms; i++) {
      const row = rows[i] as number
      values[i] = options.unit === 'sentence' ? 1 : Math.sqrt(counts[row] as number) * share
      counts[row] = 0
    }
  }
  return (text, see) => {
    const read = text.length > MAX_UNITS ? text.slice(0, MAX_UNITS) : text
    const words = scan(read)
    const bounds =
      options.unit === 'text' ? [0, read.length] : splitSentences(read, SENTENCE_LIMITS)
    let from = 0
    for (let i = 0; i < bounds.length; i += 2) {
      const end = bounds[i + 1] as number
      let to = from
      while (to < words.count && (words.from[to] as number) < end) to++
      readWords(words, from, to)
      if (options.unit === 'text') readShape(read, bounds[i] as number, end, shape)
      see(features)
      from = to
    }
    if (bounds.length > 0) return
    features.terms = 0
    shape.fill(0)
    see(features)
  }
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

function addRow(weights: Float64Array, row: number, value: number, sums: Float64Array): void {
  const at = row * sums.length
  for (let label = 0; label < sums.length; label++)
    sums[label] = (sums[label] as number) + value * (weights[at + label] as number)
}

function flatten(rows: readonly (readonly number[])[], width: number): Float64Array {
  const flat = new Float64Array(rows.length * width)
  rows.forEach((row, i) => flat.set(row, i * width))
  return flat
}
