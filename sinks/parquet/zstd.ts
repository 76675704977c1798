import { createRequire } from 'node:module'
import type * as ZstdWasm from '@foxglove/wasm-zstd'

/**
 * zstd level 1, from WebAssembly: the same bytes on every platform and Node version, which a file that may be written
 * twice needs. Node's own zlib differs between versions.
 */
const level = 1

const require = createRequire(import.meta.url)
let codec: typeof ZstdWasm | undefined

/** Resolves once the compressor can be used. */
export const zstdReady = async (): Promise<void> => {
  // To load the package is to compile it.
  codec ??= require('@foxglove/wasm-zstd') as typeof ZstdWasm
  await codec.isLoaded
}

const loaded = (): typeof ZstdWasm => {
  if (!codec) throw new Error('zstd was not loaded')
  return codec
}

/** Synchronous; only after {@link zstdReady}. */
export const zstd = (bytes: Uint8Array): Uint8Array => loaded().compress(bytes, level)

/** The reverse of {@link zstd}, of so many bytes; only after {@link zstdReady}. */
export const unzstd = (bytes: Uint8Array, length: number): Uint8Array =>
  loaded().decompress(bytes, length)
