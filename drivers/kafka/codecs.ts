import { createRequire } from 'node:module'
import type * as ZstdWasm from '@bokuweb/zstd-wasm'

interface Codec {
  readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>
  readonly decompress: (buffer: Buffer) => Promise<Buffer>
}

interface Types {
  readonly Snappy: number
  readonly LZ4: number
  readonly ZSTD: number
}

interface Lz4Js {
  readonly compress: (bytes: Uint8Array) => Uint8Array
  readonly decompress: (bytes: Uint8Array) => Uint8Array
}

type XxHash32 = (seed: number, bytes: Uint8Array, start: number, length: number) => number

const require = createRequire(import.meta.url)

/** Java's producer does not write how large the content is: the room for it grows until it fits. */
const firstRoom = 4 * 1024 * 1024
const mostRoom = 256 * 1024 * 1024
const zstdLevel = 3

const inflate = (zstd: typeof ZstdWasm, bytes: Buffer, room: number): Uint8Array => {
  try {
    return zstd.decompress(bytes, { defaultHeapSize: room })
  } catch (error) {
    if (room >= mostRoom) throw error
    return inflate(zstd, bytes, room * 4)
  }
}

const createZstd = (): Codec => {
  const zstd = require('@bokuweb/zstd-wasm') as typeof ZstdWasm
  let ready: Promise<void> | undefined
  const loaded = (): Promise<void> => (ready ??= zstd.init())
  return {
    compress: async ({ buffer }) => {
      await loaded()
      return Buffer.from(zstd.compress(buffer, zstdLevel))
    },
    decompress: async (bytes) => {
      await loaded()
      return Buffer.from(inflate(zstd, bytes, firstRoom))
    },
  }
}

/** Flags of an LZ4 frame, at byte 4: version 1, blocks that need no other block. */
const independentBlocks = 0x60

/**
 * lz4js leaves the flag of independent blocks unset, without which Java's client refuses a frame. Its blocks are of 4 MiB
 * and none refers to another, so the flag may stand; the check byte of the header follows from it.
 */
const createLz4 = (): Codec => {
  const lz4 = require('lz4js') as Lz4Js
  const { hash } = require('lz4js/xxh32.js') as { readonly hash: XxHash32 }
  return {
    compress: async ({ buffer }) => {
      const frame = Buffer.from(lz4.compress(buffer))
      frame[4] = independentBlocks
      frame[6] = (hash(0, frame, 4, 2) >>> 8) & 0xff
      return frame
    },
    decompress: async (bytes) => Buffer.from(lz4.decompress(bytes)),
  }
}

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => (made ??= make())
}

/**
 * Makes kafkajs read and write every compression of Kafka; without one, a batch of it could not be read. Loaded when first
 * met.
 */
export const registerCodecs = (codecs: Record<number, unknown>, types: Types): void => {
  codecs[types.Snappy] = once(() => (require('kafkajs-snappy') as () => Codec)())
  codecs[types.LZ4] = once(createLz4)
  codecs[types.ZSTD] = once(createZstd)
}
