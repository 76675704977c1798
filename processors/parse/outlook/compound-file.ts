import type { Budget } from '../budget.ts'
import { ParseRefusal } from '../parse-code.ts'

export const COMPOUND_TYPE = 'application/x-ole-storage'

/** A folder of a compound file. */
export interface Storage {
  readonly name: string
  /** Names of its streams, upper and lower case as written. */
  readonly streams: ReadonlyMap<string, () => Buffer>
  readonly storages: readonly Storage[]
}

/** Sector numbers from here on are signs, not sectors (MS-CFB 2.1). */
const FIRST_SIGN = 0xfffffffa
const NO_ENTRY = 0xffffffff

const ENTRY_BYTES = 128
/** Entries of the directory that are read. */
const MOST_ENTRIES = 100_000

interface Sectors {
  readonly bytes: Buffer
  readonly size: number
  /** The next sector of each sector. */
  readonly next: Uint32Array
}

/**
 * Opens a compound file (OLE2, MS-CFB) in memory: its folders and, when asked, the bytes of its streams. Chains that run in
 * circles or leave the file end there; a stream that claims more bytes than its chain has is shorter. What is read counts as
 * inflated, so that many streams over one chain cannot multiply the file.
 *
 * @throws ParseRefusal `broken`, `too-deep`; the functions of streams `expansion`
 */
export const openCompoundFile = (bytes: Buffer, budget: Budget): Storage => {
  if (bytes.length < 512) throw new ParseRefusal('broken', COMPOUND_TYPE)
  const shift = bytes.readUInt16LE(30)
  if (shift !== 9 && shift !== 12) throw new ParseRefusal('broken', COMPOUND_TYPE)
  const sectors = readSectorTable(bytes, 2 ** shift)
  const directory = readChain(sectors, bytes.readUInt32LE(48), MOST_ENTRIES * ENTRY_BYTES)
  const count = Math.floor(directory.length / ENTRY_BYTES)
  if (count === 0) throw new ParseRefusal('broken', COMPOUND_TYPE)
  const mini = readMiniSectors(sectors, directory)
  const cutoff = bytes.readUInt32LE(56)
  const streamOf = (entry: Buffer) => (): Buffer => {
    const size = entry.readUInt32LE(120)
    const from = size < cutoff ? mini : sectors
    budget.checkInflated(Math.min(size, bytes.length))
    const content = readChain(from, entry.readUInt32LE(116), size)
    budget.countInflated(content.length)
    return content
  }
  return readStorage({ directory, count, streamOf, budget, seen: new Set() }, 0, 0)
}

/** Where a sector starts: the header takes the place of one. In the stream of small sectors there is none. */
const sectorAt = ({ bytes, size }: Sectors, sector: number, headed: boolean): Buffer =>
  bytes.subarray((sector + (headed ? 1 : 0)) * size, (sector + (headed ? 2 : 1)) * size)

/** The bytes of a chain, at most `most`. A sector comes once: a chain has no more of them than there are. */
const readChain = (sectors: Sectors, start: number, most: number): Buffer => {
  const headed = sectors.size >= 512
  const pieces: Buffer[] = []
  let length = 0
  for (let sector = start; sector < FIRST_SIGN && length < most;) {
    const piece = sectorAt(sectors, sector, headed)
    if (piece.length === 0 || pieces.length > sectors.next.length) break
    pieces.push(piece)
    length += piece.length
    sector = sectors.next[sector] ?? NO_ENTRY
  }
  const content = Buffer.concat(pieces)
  return content.subarray(0, Math.min(most, content.length))
}

/** The table of next sectors, from the sectors that the header and its continuations name. */
const readSectorTable = (bytes: Buffer, size: number): Sectors => {
  const sectors = { bytes, size, next: new Uint32Array(0) }
  const most = Math.ceil(bytes.length / size)
  const tables: number[] = []
  const note = (block: Buffer, from: number, to: number): void => {
    for (let at = from; at + 4 <= to && tables.length < most; at += 4)
      if (block.readUInt32LE(at) < FIRST_SIGN) tables.push(block.readUInt32LE(at))
  }
  note(bytes, 76, 512)
  let more = bytes.readUInt32LE(68)
  for (let turn = 0; more < FIRST_SIGN && turn < most; turn += 1) {
    const block = sectorAt(sectors, more, true)
    if (block.length < size) break
    note(block, 0, size - 4)
    more = block.readUInt32LE(size - 4)
  }
  const next = new Uint32Array(Math.min(tables.length * (size / 4), most)).fill(NO_ENTRY)
  for (const [index, table] of tables.entries())
    fillTable(next, index * (size / 4), sectorAt(sectors, table, true))
  return { bytes, size, next }
}

const fillTable = (next: Uint32Array, from: number, block: Buffer): void => {
  for (let at = 0; at + 4 <= block.length && from + at / 4 < next.length; at += 4)
    next[from + at / 4] = block.readUInt32LE(at)
}

/** Small streams lie in a stream of their own, which the root entry names, with a table of their own. */
const readMiniSectors = (sectors: Sectors, directory: Buffer): Sectors => {
  const { bytes } = sectors
  const content = readChain(sectors, directory.readUInt32LE(116), bytes.length)
  const table = readChain(sectors, bytes.readUInt32LE(60), bytes.length)
  const next = new Uint32Array(Math.floor(table.length / 4))
  fillTable(next, 0, table)
  return { bytes: content, size: 64, next }
}

interface Reading {
  readonly directory: Buffer
  readonly count: number
  readonly streamOf: (entry: Buffer) => () => Buffer
  readonly budget: Budget
  /** Entries that have their place: one that is named again is left out. */
  readonly seen: Set<number>
}

const readStorage = (reading: Reading, index: number, depth: number): Storage => {
  reading.budget.checkDepth(depth)
  const { directory, count, seen } = reading
  const entryAt = (at: number): Buffer =>
    directory.subarray(at * ENTRY_BYTES, (at + 1) * ENTRY_BYTES)
  const streams = new Map<string, () => Buffer>()
  const storages: Storage[] = []
  const waiting = [entryAt(index).readUInt32LE(76)]
  while (waiting.length > 0) {
    const at = waiting.pop() ?? NO_ENTRY
    if (at >= count || seen.has(at)) continue
    seen.add(at)
    const entry = entryAt(at)
    waiting.push(entry.readUInt32LE(72), entry.readUInt32LE(68))
    if (entry[66] === 2) streams.set(nameOf(entry), reading.streamOf(entry))
    else if (entry[66] === 1) storages.push(readStorage(reading, at, depth + 1))
  }
  storages.sort((a, b) => (a.name < b.name ? -1 : 1))
  return { name: nameOf(entryAt(index)), streams, storages }
}

const nameOf = (entry: Buffer): string =>
  entry.toString('utf16le', 0, Math.min(Math.max(entry.readUInt16LE(64) - 2, 0), 62))
