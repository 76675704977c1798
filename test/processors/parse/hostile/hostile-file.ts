/** A file made to hurt. Made when wanted, as some are large. */
export interface HostileFile {
  /** Family and what is wrong with it. */
  readonly name: string
  readonly make: () => Buffer | string
  /** Left to the long run by command. */
  readonly large?: boolean
}

export const MEBIBYTE = 1024 * 1024

/** `count` pieces of text, each from its index. */
export const pieces = (count: number, piece: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => piece(index)).join('')
