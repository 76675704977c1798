/**
 * Who is to be told. In a list, not the member of a set: one of thousands that come and go leaves its old tables behind, and each of
 * them keeps everything alive that was in it, and the next table, until the whole heap is searched for garbage.
 */
interface Listener {
  tell: (() => void) | undefined
  before: Listener | undefined
  after: Listener | undefined
}

/**
 * Something that ends once, and who is to be told. It stands in for an AbortSignal where every record would need one and
 * a listener on it: signals cost more than all the rest of the engine.
 */
export class Lifetime {
  #ended = false
  /** Who came last. */
  #first: Listener | undefined

  get ended(): boolean {
    return this.#ended
  }

  end(): void {
    this.#ended = true
    for (let entry = this.#first; entry; entry = this.#first) {
      const { tell } = entry
      this.#forget(entry)
      tell?.()
    }
  }

  /** Calls `listener` at the end, unless that is over already. Returns what takes the call back. */
  onEnd(listener: () => void): () => void {
    if (this.#ended) return () => {}
    const entry: Listener = { tell: listener, before: undefined, after: this.#first }
    if (this.#first) this.#first.before = entry
    this.#first = entry
    return () => this.#forget(entry)
  }

  #forget(entry: Listener): void {
    if (!entry.tell) return
    const { before, after } = entry
    if (before) before.after = after
    else this.#first = after
    if (after) after.before = before
    // So that it keeps nobody alive where it has grown old itself.
    entry.tell = entry.before = entry.after = undefined
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
