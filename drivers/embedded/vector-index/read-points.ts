import type { VectorPoint } from '../../../topology/ports/vector-index.ts'
import type { ByteTable } from '../lmdb/open-environment.ts'
import { decodeEntry, type HeldPoint } from './document-entry.ts'
import { decodePoint } from './vector-frame.ts'
import { createVectorMatrix, type VectorMatrix } from './vector-matrix.ts'
import { slotKey, type VectorTables } from './vector-tables.ts'

/** Entries read from the disk in one go. */
const sliceEntries = 2000
/** Ids that a scan holds at once. */
const windowPoints = 100_000

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** All values in the order of their keys, read in slices, so that no old state of the table is held. */
async function* slices(table: ByteTable): AsyncGenerator<readonly Uint8Array[]> {
  let start: Uint8Array = Buffer.alloc(0)
  for (;;) {
    const entries = [...table.getRange({ start, limit: sliceEntries })]
    yield entries.map(({ value }) => value)
    const last = entries.at(-1)
    if (!last || entries.length < sliceEntries) return
    // The smallest key after the last one.
    start = Buffer.concat([last.key, Buffer.from([0])])
    await nextTurn()
  }
}

export const loadMatrix = async (
  { points }: VectorTables,
  dimensions: number,
): Promise<VectorMatrix> => {
  const matrix = createVectorMatrix(dimensions)
  for await (const frames of slices(points))
    for (const frame of frames) matrix.set(decodePoint(frame))
  return matrix
}

const byId = (a: HeldPoint, b: HeldPoint): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** The points with the smallest ids after this one, in their order. */
const windowAfter = async (
  { documents }: VectorTables,
  after: string,
): Promise<readonly HeldPoint[]> => {
  let window: HeldPoint[] = []
  const cut = (): void => {
    window = window.sort(byId).slice(0, windowPoints)
  }
  for await (const entries of slices(documents)) {
    for (const entry of entries)
      for (const point of decodeEntry(entry).points) if (point.id > after) window.push(point)
    if (window.length > 2 * windowPoints) cut()
  }
  cut()
  return window
}

/** All points in id order. They lie in the order they came in, so the ids are gone through first, some at a time. */
export async function* scan(tables: VectorTables): AsyncGenerator<VectorPoint> {
  let after = ''
  for (;;) {
    const window = await windowAfter(tables, after)
    for (const [place, { id, slot }] of window.entries()) {
      if (place % sliceEntries === sliceEntries - 1) await nextTurn()
      const frame = tables.points.get(slotKey(slot))
      const point = frame && decodePoint(frame)
      // It may be gone meanwhile.
      if (point?.id === id) yield point
    }
    if (window.length < windowPoints) return
    after = window.at(-1)?.id ?? after
  }
}
