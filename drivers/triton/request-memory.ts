/** Memory that requests are written to, one after the other: memory that was written to before costs a fifth less CPU. */
export interface RequestMemory {
  /** So many bytes, with anything in them. */
  readonly take: (bytes: number) => Buffer
  /** What was taken, once nothing reads it any more. What is not given back is collected as any other. */
  readonly giveBack: (memory: Buffer) => void
}

/** Below this, new memory costs next to nothing. */
const SMALLEST = 16 * 1024
/** All is taken in multiples of this, so that requests of about the same size can have the memory of one another. */
const STEP = 64 * 1024

/** Keeps at most `mostBytes` of what is not in use. */
export const createRequestMemory = (mostBytes = 16 * 1024 * 1024): RequestMemory => {
  const free: Buffer[] = []
  let freeBytes = 0

  const reuse = (bytes: number): Buffer | undefined => {
    const at = free.findIndex(({ length }) => length >= bytes && length <= 2 * bytes + STEP)
    if (at < 0) return undefined
    const [found] = free.splice(at, 1)
    freeBytes -= found?.length ?? 0
    return found
  }

  return {
    take: (bytes) => {
      if (bytes < SMALLEST) return Buffer.allocUnsafeSlow(bytes)
      const memory = reuse(bytes) ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP) * STEP)
      return memory.subarray(0, bytes)
    },
    giveBack: ({ buffer, length }) => {
      if (length < SMALLEST) return
      free.unshift(Buffer.from(buffer))
      freeBytes += buffer.byteLength
      while (freeBytes > mostBytes) freeBytes -= free.pop()?.length ?? freeBytes
    },
  }
}
