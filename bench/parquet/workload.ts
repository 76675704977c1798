/** A row as a program has it: strings, numbers and the little-endian bytes of a vector. */
export interface BenchRow {
  readonly chunkId: string
  readonly documentId: string
  readonly source: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly text: string
  readonly tokens: number
  readonly embedding: Uint8Array
  readonly redactions: Readonly<Record<string, number>>
}

export const batchRows = 20_000
export const dimensions = 384

const sources = ['mail', 'slack', 'teams', 'bloomberg', 'files']
const entities = ['EMAIL', 'PHONE', 'PERSON', 'IBAN', 'IP']

/** Numbers from 0 to 1, the same on every run. */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const vocabularyOf = (random: () => number): readonly string[] =>
  Array.from({ length: 20_000 }, () =>
    Array.from({ length: 2 + random() * 9 }, () =>
      String.fromCharCode(97 + Math.floor(26 * random() ** 2)),
    ).join(''),
  )

/** Words with the frequencies of a language: the n-th word is about 1/n as frequent as the first. */
const textOf = (random: () => number, words: readonly string[]): string => {
  const target = 400 + 400 * random()
  let text = ''
  while (text.length < target) text += `${words[Math.floor(words.length ** random()) - 1]!} `
  return Buffer.from(text).toString('latin1')
}

/** Of length 1, its numbers Gaussian: what models give, and the hard case for compression. */
const fillVector = (vector: Float32Array, random: () => number): void => {
  let squares = 0
  for (let at = 0; at < vector.length; at++) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const value = radius * Math.cos(2 * Math.PI * random())
    vector[at] = value
    squares += value * value
  }
  const norm = Math.sqrt(squares)
  for (let at = 0; at < vector.length; at++) vector[at] = vector[at]! / norm
}

const hex = (random: () => number, length: number): string =>
  Array.from({ length }, () => Math.floor(16 * random()).toString(16)).join('')

const redactionsOf = (random: () => number): Readonly<Record<string, number>> =>
  Object.fromEntries(
    entities
      .filter(() => random() < 0.25)
      .map((entity) => [entity, 1 + Math.floor(4 * random())] as const),
  )

/** The batch of that number: always the same rows, of about 2.2 kB each. */
export const batchOf = (number: number): readonly BenchRow[] => {
  const random = randomOf(number + 1)
  const words = vocabularyOf(randomOf(0))
  const vectors = new Float32Array(batchRows * dimensions)
  let documentId = ''
  return Array.from({ length: batchRows }, (_, row) => {
    if (row % 4 === 0) documentId = hex(random, 36)
    const text = textOf(random, words)
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions)
    fillVector(vector, random)
    return {
      chunkId: `${documentId}-${String(row).padStart(8, '0')}`,
      documentId,
      source: sources[Math.floor(random() * sources.length)]!,
      at: 1_700_000_000_000 + Math.floor(random() * 86_400_000),
      text,
      tokens: Math.floor(text.length / 5),
      embedding: new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
      redactions: redactionsOf(random),
    }
  })
}

/** Bytes of a row as plain values. */
export const rawBytes = ({ chunkId, documentId, source, text, redactions }: BenchRow): number =>
  chunkId.length +
  documentId.length +
  source.length +
  text.length +
  8 +
  4 +
  4 * dimensions +
  Object.keys(redactions).reduce((sum, key) => sum + key.length + 4, 0)
