import { startWasm, wasmPageBytes, type WasmMemory } from '../../topology/model/wasm-module.ts'
import { splitWordsModule } from './split-words-module.ts'

/** Splits words into four streams: all first bytes, all second ones, and so on. */
export interface WordSplitter {
  /** A place for so many words, until the next call. */
  readonly words: (count: number) => Int32Array
  /** The bytes of so many words that are at that place, until the next call of either. */
  readonly split: (count: number) => readonly Uint8Array[]
}

/** Words that are split at once. */
const groupWords = 16

const rounded = (count: number): number => groupWords * Math.max(1, Math.ceil(count / groupWords))

/** Places are bytes (split-words.wat). */
interface Module {
  readonly memory: WasmMemory
  readonly split: (from: number, groups: number, to: number, size: number) => void
}

const createVectorSplitter = (): WordSplitter => {
  const { memory, split } = startWasm<Module>(splitWordsModule)
  return {
    words: (count) => {
      // The words, and as many bytes in streams.
      const missing = 8 * rounded(count) - memory.buffer.byteLength
      if (missing > 0) memory.grow(Math.ceil(missing / wasmPageBytes))
      return new Int32Array(memory.buffer, 0, count)
    },
    split: (count) => {
      const size = rounded(count)
      split(0, size / groupWords, 4 * size, size)
      return [4, 5, 6, 7].map((place) => new Uint8Array(memory.buffer, place * size, count))
    },
  }
}

/** For machines without vector instructions. */
export const createPlainSplitter = (): WordSplitter => {
  // Used again: what is fresh from the kernel has to be mapped and zeroed first.
  let words = new Int32Array()
  let streams = new Uint8Array()
  return {
    words: (count) => {
      if (count > words.length) {
        words = new Int32Array(count)
        streams = new Uint8Array(4 * count)
      }
      return words.subarray(0, count)
    },
    split: (count) => {
      for (let at = 0; at < count; at++) {
        const word = words[at]!
        streams[at] = word
        streams[count + at] = word >>> 8
        streams[2 * count + at] = word >>> 16
        streams[3 * count + at] = word >>> 24
      }
      return [0, 1, 2, 3].map((place) => streams.subarray(place * count, (place + 1) * count))
    },
  }
}

/** By vector instructions where the machine has them. */
export const createWordSplitter = (): WordSplitter => {
  try {
    return createVectorSplitter()
  } catch {
    return createPlainSplitter()
  }
}
