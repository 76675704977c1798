import { BitWriter } from './bit-writer.ts'

/**
 * The description of a Huffman tree in a zstd block: weights of the symbols, compressed by a finite state machine.
 * Undefined where that does not work: of very few or very many symbols.
 *
 * Format: RFC 8878, 4.2.1 (tree), 4.1.1 (distribution) and 4.1.2 (bits)
 */
export const describeWeights = (weights: Uint8Array): Uint8Array | undefined => {
  if (weights.length < 2) return undefined
  const states = encodeWeights(weights)
  const size = header.length + states.length
  // One byte tells the size, and from 128 on it means something else.
  return size > 127 ? undefined : Uint8Array.of(size, ...header, ...states)
}

/**
 * How many of the 64 states stand for each weight from 0 to 11. Fixed: most symbols do not occur, and a distribution of its
 * own would save some ten bytes of a block of 128 KiB.
 */
const shares = [42, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
const stateBits = 6
const stateCount = 1 << stateBits

const writeHeader = (): Uint8Array => {
  const out = new BitWriter(64)
  out.add(stateBits - 5, 4)
  let left = stateCount + 1
  let threshold = stateCount
  let bits = stateBits + 1
  for (const share of shares) {
    const short = 2 * threshold - 1 - left
    left -= share
    const value = share + 1 >= threshold ? share + 1 + short : share + 1
    out.add(value, value < short ? bits - 1 : bits)
    while (left < threshold) {
      bits--
      threshold >>= 1
    }
  }
  return out.finish().slice()
}

const header = writeHeader()

/** Which state follows when a symbol is encoded in a state. */
interface Transition {
  /** Of states of this symbol: bits to write, for low and for high states. */
  readonly bitsFrom: (state: number) => number
  readonly next: (shifted: number) => number
}

const spreadSymbols = (): readonly number[] => {
  const symbols: number[] = []
  const step = (stateCount >> 1) + (stateCount >> 3) + 3
  let at = 0
  for (const [symbol, share] of shares.entries()) {
    for (let each = 0; each < share; each++) {
      symbols[at] = symbol
      at = (at + step) % stateCount
    }
  }
  return symbols
}

const makeTransitions = (): readonly Transition[] => {
  const symbols = spreadSymbols()
  return shares.map((share, symbol) => {
    const states = [...symbols.keys()].filter((state) => symbols[state] === symbol)
    const mostBits = stateBits - (31 - Math.clz32(share - 1))
    const bitsFrom = (state: number): number =>
      state >= share << mostBits ? mostBits : mostBits - 1
    return { bitsFrom, next: (shifted) => stateCount + states[shifted - share]! }
  })
}

const transitions = makeTransitions()

/** Two machines take turns; the last symbols go in first. */
const encodeWeights = (weights: Uint8Array): Uint8Array => {
  const out = new BitWriter(256)
  const machines: [number | undefined, number | undefined] = [undefined, undefined]
  for (let at = weights.length - 1; at >= 0; at--) {
    const turn = (at % 2) as 0 | 1
    const { bitsFrom, next } = transitions[weights[at]!]!
    const state = machines[turn] ?? firstState(weights[at]!)
    if (machines[turn] === undefined) {
      machines[turn] = state
      continue
    }
    const bits = bitsFrom(state)
    out.add(state & ((1 << bits) - 1), bits)
    machines[turn] = next(state >> bits)
  }
  out.add(machines[1]! & (stateCount - 1), stateBits)
  out.add(machines[0]! & (stateCount - 1), stateBits)
  out.add(1, 1)
  return out.finish()
}

/** Nothing is written for the first symbol of a machine: it begins in the lowest state of the symbol. */
const firstState = (symbol: number): number => transitions[symbol]!.next(shares[symbol]!)
