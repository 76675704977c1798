import type { RangeResult, RangeContext, SinkRange } from '../../topology/model/stage.ts'
import { encodeSegment } from '../../topology/model/object-name.ts'
import { Fault, type Failure } from '../../topology/model/failure.ts'
import type { ObjectEntry, ObjectStore } from '../../topology/ports/object-store.ts'
import type { DatasetEvent } from './dataset.ts'
import { startInName } from './partitions.ts'
import { openParquetObject, readRows } from './read-parquet.ts'
import { withoutRows } from './without-rows.ts'

/** What the erasures of a range came to. */
export interface ErasedRows {
  readonly rows: number
  readonly files: number
  readonly failures: RangeResult['failures']
}

interface Erasure {
  readonly offset: number
  readonly revision: bigint
}

/** The erasures of one tenant by document. */
type Erasures = ReadonlyMap<string, Erasure>

/**
 * Takes the rows of erased documents out of the files of earlier ranges. A topic keeps the order of a document, and ranges
 * are written in order, so an erasure comes after every row that it is to remove: those of its own range are never
 * written, those of earlier ones are in files that lie there.
 *
 * A file is replaced under its own name, at once: a reader with a glob sees every other row exactly once, before and after.
 * Done again after a crash, it finds nothing more to remove. A zombie cannot bring rows back: it would replace bytes that
 * are not there any more.
 */
export const eraseRows = async <E extends DatasetEvent>(
  dataset: string,
  range: SinkRange<E>,
  context: RangeContext,
): Promise<ErasedRows> => {
  const total = { rows: 0, files: 0, failures: [] as RangeResult['failures'][number][] }
  for (const [tenantId, erasures] of erasuresByTenant(range)) {
    const prefix = `parquet/${dataset}/tenant=${encodeSegment(tenantId)}/`
    for (const entry of await earlierFiles(prefix, range, context)) {
      context.signal.throwIfAborted()
      try {
        const removed = await eraseFrom(entry, erasures, context)
        if (removed > 0) total.files++
        total.rows += removed
      } catch (error) {
        if (error instanceof Fault || context.signal.aborted) throw error
        for (const { offset } of erasures.values())
          total.failures.push({ offset, failure: unreadable })
        break
      }
    }
  }
  return total
}

const unreadable: Failure = {
  disposition: 'UNREADABLE',
  code: 'parquet-file-unreadable',
  message:
    'a Parquet file of an earlier range cannot be read, so rows of the erased document may be left: restore the file and erase again',
}

const erasuresByTenant = <E extends DatasetEvent>({
  records,
}: SinkRange<E>): ReadonlyMap<string, Erasures> => {
  const tenants = new Map<string, Map<string, Erasure>>()
  for (const { value, offset } of records) {
    if (value?.operation !== 'ERASE') continue
    const { tenantId, documentId, revision } = value
    const erasures = tenants.get(tenantId) ?? new Map<string, Erasure>()
    if ((erasures.get(documentId)?.revision ?? -1n) < revision)
      erasures.set(documentId, { offset, revision })
    tenants.set(tenantId, erasures)
  }
  return tenants
}

/** Files of this topic and partition that were written before the range. */
const earlierFiles = async <E>(
  prefix: string,
  range: SinkRange<E>,
  { ports: { objects } }: RangeContext,
): Promise<readonly ObjectEntry[]> => {
  const found: ObjectEntry[] = []
  for await (const entry of objects.list(prefix)) {
    const start = startInName(range, entry.name)
    if (start !== undefined && start < range.start) found.push(entry)
  }
  return found
}

/** Up to so many documents are looked for by the bloom filters of a file; of more, its ids are read. */
const mostLookups = 64

const eraseFrom = async (
  entry: ObjectEntry,
  erasures: Erasures,
  { ports: { objects }, signal }: RangeContext,
): Promise<number> => {
  const isErased = (documentId: string, revision: bigint): boolean =>
    revision <= (erasures.get(documentId)?.revision ?? -1n)
  // What cannot be told from the outside is read as a whole: the file may have been replaced since it was listed.
  const looked = await holdsAny(objects, entry, erasures, isErased).catch(() => true)
  if (!looked) return 0
  for (;;) {
    const before = await objects.get(entry.uri)
    const rewritten = before && (await withoutRows(before, isErased))
    if (!before || !rewritten) return 0
    signal.throwIfAborted()
    const answer = await objects.replace(entry.uri, before, rewritten.bytes)
    if (answer === 'replaced') return rewritten.removed
  }
}

const holdsAny = async (
  objects: ObjectStore,
  { uri, bytes }: ObjectEntry,
  erasures: Erasures,
  isErased: (documentId: string, revision: bigint) => boolean,
): Promise<boolean> => {
  const parquet = await openParquetObject(objects, uri, bytes)
  const few = erasures.size <= mostLookups
  const filter = few ? { document_id: { $in: [...erasures.keys()] } } : undefined
  const rows = await readRows(parquet, ['document_id', 'revision'], filter)
  return rows.some((row) => isErased(String(row['document_id']), row['revision'] as bigint))
}
