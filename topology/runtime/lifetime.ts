/**
 * Something that ends once, and who is to be told. It stands in for an AbortSignal where every record would need one and
 * a listener on it: signals cost more than all the rest of the engine.
 */
export class Lifetime {
  #ended = false
  readonly #listeners = new Set<() => void>()

  get ended(): boolean {
    return this.#ended
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const listener of this.#listeners) listener()
    this.#listeners.clear()
  }

  /** Calls `listener` at the end, unless that is over already. Returns what takes the call back. */
  onEnd(listener: () => void): () => void {
    if (!this.#ended) this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

/** One call to a stage or sink. Its signal is made when somebody looks at it. */
export class Call {
  readonly attempt: number
  #controller: AbortController | undefined
  #aborted = false

  constructor(attempt: number) {
    this.attempt = attempt
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#aborted) this.#controller.abort()
    return this.#controller.signal
  }

  abort(): void {
    this.#aborted = true
    this.#controller?.abort()
  }
}
