import type { DocumentId } from '../../../schemas/brands.ts'
import type { VectorPoint } from '../../../topology/ports/vector-index.ts'
import { decodeEntry, encodeEntry, newEntry, type DocumentEntry } from './document-entry.ts'
import { slotKey, type VectorTables } from './vector-tables.ts'

/** Chunks of a document that share an entry: one of a long document is written again with every chunk that comes. */
const chunksOfPart = 256

const partKey = (documentId: DocumentId, part: number): string =>
  part === 0 ? documentId : `${documentId}\0${part}`

/** Entries that are changed together: each is read once and written once. */
class Entries {
  readonly #documents: VectorTables['documents']
  readonly #known = new Map<string, DocumentEntry>()
  readonly #changed = new Map<string, DocumentEntry>()

  constructor({ documents }: VectorTables) {
    this.#documents = documents
  }

  of(documentId: DocumentId, part: number): DocumentEntry {
    const key = partKey(documentId, part)
    const before = this.#known.get(key)
    if (before) return before
    const stored = this.#documents.get(Buffer.from(key))
    const entry = stored ? decodeEntry(stored) : newEntry()
    this.#known.set(key, entry)
    return entry
  }

  change(documentId: DocumentId, part: number): DocumentEntry {
    const entry = this.of(documentId, part)
    this.#changed.set(partKey(documentId, part), entry)
    return entry
  }

  save(): void {
    for (const [key, entry] of this.#changed)
      this.#documents.putSync(Buffer.from(key), encodeEntry(entry))
  }
}

/** A point and its frame: frames are made before the transaction, while the disk is busy with the one before. */
export interface FramedPoint {
  readonly point: VectorPoint
  readonly frame: Uint8Array
}

/** Documents, and the revision that is the lowest to be kept of each. */
export type Heads = readonly (readonly [DocumentId, bigint])[]

/** What a transaction did. */
export interface Changed {
  readonly written: readonly VectorPoint[]
  /** Ids of the points that went. */
  readonly dropped: readonly string[]
}

/**
 * Inside a transaction. Writes what no head and no equal or newer revision stands against; then raises the heads and removes
 * what is below them. `newSlot` gives one above all that were ever used.
 */
export const changePoints = (
  tables: VectorTables,
  points: readonly FramedPoint[],
  heads: Heads,
  newSlot: () => number,
): Changed => {
  const entries = new Entries(tables)
  const written: VectorPoint[] = []
  for (const each of points) if (put(tables, entries, each, newSlot)) written.push(each.point)
  const dropped: string[] = []
  for (const [documentId, head] of heads) dropped.push(...drop(tables, entries, documentId, head))
  entries.save()
  return { written, dropped }
}

const placeOf = (held: DocumentEntry['points'], id: string): number => {
  for (let place = 0; place < held.length; place++) if (held[place]!.id === id) return place
  return -1
}

const put = (
  { points }: VectorTables,
  entries: Entries,
  { point, frame }: FramedPoint,
  newSlot: () => number,
): boolean => {
  const { documentId, revision, ordinal } = point.payload
  const first = entries.of(documentId, 0)
  if (revision < first.head) return false
  const part = Math.floor(ordinal / chunksOfPart)
  const held = entries.of(documentId, part).points
  const place = placeOf(held, point.id)
  const stored = held[place]
  if (stored && stored.revision >= revision) return false
  const slot = stored?.slot ?? newSlot()
  if (stored) points.putSync(slotKey(slot), frame)
  else points.appendSync(slotKey(slot), frame)
  entries.change(documentId, part)
  held[stored ? place : held.length] = { id: point.id, revision, slot }
  if (part >= first.parts) entries.change(documentId, 0).parts = part + 1
  return true
}

const drop = (
  { points }: VectorTables,
  entries: Entries,
  documentId: DocumentId,
  head: bigint,
): readonly string[] => {
  const first = entries.of(documentId, 0)
  if (first.head < head) entries.change(documentId, 0).head = head
  const dropped: string[] = []
  for (let part = 0; part < first.parts; part++) {
    const entry = entries.of(documentId, part)
    const below = entry.points.filter(({ revision }) => revision < head)
    if (below.length === 0) continue
    for (const { id, slot } of below) {
      points.removeSync(slotKey(slot))
      dropped.push(id)
    }
    const left = entry.points.filter(({ revision }) => revision >= head)
    entries.change(documentId, part).points = left
  }
  return dropped
}
