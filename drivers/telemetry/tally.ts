/** Most combinations of labels that are told apart: metrics must not grow without end. */
const most = 200
/** What the labels of all others are. */
export const other = 'other'

const separator = '\u0000'

/** Sums by a few labels whose values are known to be few, and which are capped nevertheless. */
export class Tally {
  readonly #sums = new Map<string, number>()
  readonly #rest: string

  constructor(labels: number) {
    this.#rest = Array.from({ length: labels }, () => other).join(separator)
  }

  add(labels: readonly string[], value = 1): void {
    const key = labels.length === 1 ? labels[0]! : labels.join(separator)
    const known = this.#sums.get(key)
    if (known !== undefined) this.#sums.set(key, known + value)
    else if (this.#sums.size < most) this.#sums.set(key, value)
    else this.#sums.set(this.#rest, (this.#sums.get(this.#rest) ?? 0) + value)
  }

  *[Symbol.iterator](): IterableIterator<readonly [readonly string[], number]> {
    for (const [key, sum] of this.#sums) yield [key.split(separator), sum]
  }
}
