import { startWasm, type WasmMemory } from '../../topology/model/wasm-module.ts'
import { codeBytesModule } from './code-bytes-module.ts'

/** Places are bytes (code-bytes.wat). */
interface Module {
  readonly memory: WasmMemory
  readonly count: (from: number, until: number, counts: number) => void
  readonly encode: (from: number, until: number, codes: number, to: number) => number
}

/** Of a block: more have no room. */
export const mostOfBlock = 1 << 17

const countsAt = 0
const codesAt = 4096
const blockAt = 8192
const outAt = blockAt + mostOfBlock

const start = () => {
  const { memory, count, encode } = startWasm<Module>(codeBytesModule)
  return {
    count,
    encode,
    tables: new Uint32Array(memory.buffer, countsAt, 1024),
    codes: new Uint32Array(memory.buffer, codesAt, 256),
    bytes: new Uint8Array(memory.buffer),
  }
}

let started: ReturnType<typeof start> | undefined
const wasm = () => (started ??= start())

/** How often each byte occurs. The block is then the one that {@link encodePart} reads. */
export const countBytes = (block: Uint8Array): Uint32Array => {
  const { bytes, count, tables } = wasm()
  bytes.set(block, blockAt)
  count(blockAt, blockAt + block.length, countsAt)
  const counts = tables.slice(0, 256)
  for (let at = 256; at < tables.length; at++) counts[at & 255]! += tables[at]!
  return counts
}

/** Code of each byte, and above 16 bits its length in bits, of at most 11. */
export const setCodes = (codes: Uint32Array): void => wasm().codes.set(codes)

/** A quarter at most of the block that was counted last, from its last byte to the first: readers begin at the end. */
export const encodePart = (from: number, until: number): Uint8Array => {
  const { bytes, encode } = wasm()
  const length = encode(blockAt + from, blockAt + until, codesAt, outAt)
  return bytes.slice(outAt, outAt + length)
}
