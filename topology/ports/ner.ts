import type { DeadlineClass } from '../model/deadline-class.ts'

/** Finds names of people, places and the like by a model, which rules cannot. */
export interface Ner {
  /** `name@version` of the model; part of what is said of each finding. */
  readonly model: string
  /**
   * What is found in each of the texts, in their order. Throws a `Fault` when it is away or overloaded: then the document waits; and
   * {@link NerUnusable} when it has no usable answer to one of the texts. `deadline`: bulk, when absent.
   */
  readonly find: (
    texts: readonly string[],
    signal?: AbortSignal,
    deadline?: DeadlineClass,
  ) => Promise<NerFound>
}

export interface NerFound {
  /** Of each text, in any order within it; entities may overlap. */
  readonly entities: readonly (readonly NerEntity[])[]
  /** What it took, as whole numbers by name, for the ledger and the metrics. */
  readonly counts?: Readonly<Record<string, number>>
}

/** One name, in UTF-16 units of its text: half-open, not empty, and not inside a surrogate pair. */
export interface NerEntity {
  readonly start: number
  readonly end: number
  /** Entity type as policies call it: `PERSON`, `LOCATION`, `ORGANIZATION`. */
  readonly type: string
  /** 0 to 100, an integer. */
  readonly score: number
}

/** Thrown when the model works, and what it says of these texts cannot be used: it would say the same again. */
export class NerUnusable extends Error {
  /** `detail` never holds text of the document. */
  constructor(detail: string, cause?: unknown) {
    super(detail, { cause })
    this.name = 'NerUnusable'
  }
}
