/**
 * Who is to be told. Not the member of a set: one of thousands that come and go leaves its old tables behind, and each of them
 * keeps everything alive that was in it, and the next table, until the whole heap is searched for garbage.
 */
interface Listener {
  tell: (() => void) | undefined
  /** Its place in the list. */
  at: number
}

/**
 * Something that ends once, and who is to be told. It stands in for an AbortSignal where every record would need one and
 * a listener on it: signals cost more than all the rest of the engine.
 */
export class Lifetime {
  #ended = false
  /** In no order; whose `tell` is gone is no listener any more. */
  readonly #listeners: Listener[] = []

  get ended(): boolean {
    return this.#ended
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const { tell } of this.#listeners.splice(0)) tell?.()
  }

  /** Calls `listener` at the end, unless that is over already. Returns what takes the call back. */
  onEnd(listener: () => void): () => void {
    if (this.#ended) return () => {}
    const entry: Listener = { tell: listener, at: this.#listeners.length }
    this.#listeners.push(entry)
    return () => this.#forget(entry)
  }

  #forget(entry: Listener): void {
    if (!entry.tell) return
    entry.tell = undefined
    const last = this.#listeners.pop()
    if (!last || last === entry) return
    last.at = entry.at
    this.#listeners[entry.at] = last
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
