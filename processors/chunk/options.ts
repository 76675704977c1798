/** How long chunks are. All lengths are tokens of the model's own tokeniser. */
export interface ChunkOptions {
  /** The model's limit, special tokens included. Default 512; take it from the model card. */
  readonly maxTokens: number
  /** Most tokens that a chunk repeats from the one before. Default 50. Under half of what a chunk can hold. */
  readonly overlap: number
  /** Kept free in every chunk for what is put before it when it is embedded, such as a header line. Default 0. */
  readonly reserve: number
  /** Special tokens that the model puts around a text. Default 2: `[CLS]` and `[SEP]`. */
  readonly specialTokens: number
  /**
   * What is put before each chunk when it is embedded, and only then: nothing, the document's redacted subject, or its day, who wrote
   * it and its subject. It counts in the limit. Default `none`.
   */
  readonly header: 'none' | 'subject' | 'full'
  /** Most tokens of the header; what is more is left out at its end. Default 48. */
  readonly headerTokens: number
  /** Give chunks keys by which near-duplicates are found: see min-hash.ts. Default false. */
  readonly nearDuplicates: boolean
}

export const defaultChunkOptions: ChunkOptions = {
  maxTokens: 512,
  overlap: 50,
  reserve: 0,
  specialTokens: 2,
  header: 'none',
  headerTokens: 48,
  nearDuplicates: false,
}

/** The least that a chunk may be able to hold: one character can be several tokens, and one word some more. */
export const LEAST_CAPACITY = 16

/** Tokens of text that fit one chunk beside a header of so many tokens, by default the longest. */
export function capacityOf(options: ChunkOptions, headerTokens = longestHeader(options)): number {
  return options.maxTokens - options.specialTokens - options.reserve - headerTokens
}

const longestHeader = ({ header, headerTokens }: ChunkOptions): number =>
  header === 'none' ? 0 : headerTokens

/** Options that make no sense together. */
export class ChunkOptionsError extends Error {
  readonly code = 'chunk-options'
  /** Each begins with the name of an option. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`chunk-options: ${problems.join('; ')}`)
    this.name = 'ChunkOptionsError'
    this.problems = problems
  }
}

/** @throws {ChunkOptionsError} naming every problem at once */
export function checkChunkOptions(options: ChunkOptions): void {
  const problems: string[] = []
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number' && !(Number.isSafeInteger(value) && value >= 0))
      problems.push(`${name} must be a whole number`)
  }
  const capacity = capacityOf(options)
  if (capacity < LEAST_CAPACITY) {
    const taken = options.maxTokens - capacity
    problems.push(
      `maxTokens (${options.maxTokens}) has to leave ${LEAST_CAPACITY} tokens for text: specialTokens, reserve and headerTokens take ${taken}`,
    )
  } else if (options.overlap * 2 >= capacity) {
    problems.push(`overlap must be under half of the ${capacity} tokens that a chunk holds`)
  }
  if (problems.length > 0) throw new ChunkOptionsError(problems)
}
