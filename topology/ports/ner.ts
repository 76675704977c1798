/**
 * Finds names of people, places and the like by a model, which rules cannot. There is no driver of it yet: who has such a model gives one
 * to the composition root.
 */
export interface Ner {
  /** `name@version` of the model; part of what is said of each finding. */
  readonly model: string
  /**
   * What is found in each of the texts, in their order, in any order within a text; entities may overlap. Throws a `Fault` when it is
   * away or overloaded: then the document waits.
   */
  readonly find: (
    texts: readonly string[],
    signal?: AbortSignal,
  ) => Promise<readonly (readonly NerEntity[])[]>
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
