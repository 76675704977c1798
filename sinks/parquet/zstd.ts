import { compressUsingDict, createCCtx, decompress, init } from '@bokuweb/zstd-wasm'

/**
 * zstd level 1, from WebAssembly: the same bytes on every platform and Node version, which a file that may be written
 * twice needs. Node's own zlib differs between versions.
 */
const level = 1
const noDictionary = new Uint8Array()

let started: Promise<void> | undefined
let state: number | undefined

/** Resolves once the compressor can be used. */
export const zstdReady = (): Promise<void> => (started ??= init())

/** Synchronous; only after {@link zstdReady}. Tables are kept from call to call: a page of a small file is done before new ones are made. */
export const zstd = (bytes: Uint8Array): Uint8Array =>
  compressUsingDict((state ??= createCCtx()), bytes, noDictionary, level)

/** The reverse of {@link zstd}; only after {@link zstdReady}. */
export const unzstd = (bytes: Uint8Array): Uint8Array => decompress(bytes)
