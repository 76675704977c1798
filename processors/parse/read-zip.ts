import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl'
import type { Budget } from './budget.ts'
import { ParseRefusal } from './parse-code.ts'

const ZIP_TYPE = 'application/zip'

/**
 * Inflates the wanted entries of a zip in memory. Sizes are checked from the central directory before anything is inflated,
 * and the inflated bytes are counted again, since directories lie.
 *
 * @throws ParseRefusal `broken`, `encrypted`, `expansion`
 */
export const readZip = async (
  bytes: Buffer,
  isWanted: (name: string) => boolean,
  budget: Budget,
): Promise<ReadonlyMap<string, Buffer>> => {
  const zip = await openZip(bytes)
  const found = new Map<string, Buffer>()
  const expansion = createExpansionGuard(bytes.length, budget)
  try {
    if (zip.entryCount > budget.limits.zipEntries)
      throw new ParseRefusal('expansion', `more than ${budget.limits.zipEntries} zip entries`)
    for await (const entry of zip.eachEntry()) {
      if (!isWanted(entry.fileName) || found.has(entry.fileName)) continue
      if (entry.isEncrypted()) throw new ParseRefusal('encrypted', ZIP_TYPE)
      expansion.check(entry.uncompressedSize)
      found.set(entry.fileName, await inflate(zip, entry, expansion))
    }
  } catch (error) {
    throw error instanceof ParseRefusal ? error : new ParseRefusal('broken', ZIP_TYPE)
  } finally {
    zip.close()
  }
  return found
}

const openZip = async (bytes: Buffer): Promise<ZipFile> => {
  try {
    return await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true })
  } catch {
    throw new ParseRefusal('broken', ZIP_TYPE)
  }
}

interface ExpansionGuard {
  /** Refuses when so many bytes more would pass a limit. */
  readonly check: (more: number) => void
  readonly count: (bytes: number) => void
}

const createExpansionGuard = (packed: number, budget: Budget): ExpansionGuard => {
  const { ratio, ratioFloorBytes, inflatedBytes } = budget.limits
  let inflated = 0
  const check = (more: number): void => {
    const total = inflated + more
    if (total > inflatedBytes)
      throw new ParseRefusal('expansion', `more than ${inflatedBytes} bytes`)
    if (total > ratioFloorBytes && total > packed * ratio)
      throw new ParseRefusal('expansion', `more than ${ratio} times the packed bytes`)
  }
  return {
    check,
    count: (bytes) => {
      check(bytes)
      inflated += bytes
    },
  }
}

const inflate = async (zip: ZipFile, entry: Entry, expansion: ExpansionGuard): Promise<Buffer> => {
  const stream = await zip.openReadStreamPromise(entry)
  const pieces: Buffer[] = []
  for await (const piece of stream as AsyncIterable<Buffer>) {
    expansion.count(piece.length)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
