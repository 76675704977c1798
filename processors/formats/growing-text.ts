/** Units after which pieces are joined: V8 keeps so long a string where it is made, instead of moving each piece from one generation to the next. */
const JOINED_UNITS = 131_072

/** A text that is written piece by piece. */
export class GrowingText {
  readonly #joined: string[] = []
  #pieces: string[] = []
  #length = 0
  #joinedLength = 0

  get length(): number {
    return this.#length
  }

  append(piece: string): void {
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#length - this.#joinedLength >= JOINED_UNITS) this.#join()
  }

  #join(): void {
    this.#joined.push(this.#pieces.join(''))
    this.#joinedLength = this.#length
    this.#pieces = []
  }

  /** One string in memory, as those that read it by units want it. */
  toString(): string {
    this.#join()
    return this.#joined.join('')
  }
}
