import { constants } from 'node:fs'
import type { FileCalls } from './file-calls.ts'

/** The bytes of a file, or of a part of it as far as it is there. Rejects with what the system says. */
export const readBytes = async (
  file: FileCalls,
  path: string,
  range?: { readonly start: number; readonly end: number },
): Promise<Buffer> => {
  const descriptor = await file.open(path, constants.O_RDONLY)
  try {
    const { size } = await file.fstat(descriptor)
    const start = range?.start ?? 0
    const length = Math.max(0, Math.min(range?.end ?? Infinity, size) - start)
    const buffer = Buffer.allocUnsafeSlow(length)
    let bytes = 0
    while (bytes < length) {
      const more = await file.read(descriptor, buffer.subarray(bytes), start + bytes)
      if (more === 0) break
      bytes += more
    }
    return buffer.subarray(0, bytes)
  } finally {
    await file.close(descriptor)
  }
}
