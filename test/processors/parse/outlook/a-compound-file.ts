/** A folder or, with bytes, a stream. */
export type CompoundContent = { readonly [name: string]: CompoundContent | Buffer | string }

const SECTOR = 512
const END = 0xfffffffe
const FREE = 0xffffffff

interface Entry {
  readonly name: string
  readonly kind: 1 | 2 | 5
  readonly content: Buffer
  child: number
  right: number
  start: number
}

/** Writes a compound file (MS-CFB, version 3) without small streams: the cutoff is 0. Siblings hang in one chain. */
export const aCompoundFile = (root: CompoundContent): Buffer => {
  const entries: Entry[] = []
  const add = (name: string, content: CompoundContent | Buffer | string, kind: 1 | 5): number => {
    const index = entries.length
    const isStream = typeof content === 'string' || Buffer.isBuffer(content)
    const entry: Entry = {
      name,
      kind: isStream ? 2 : kind,
      content: isStream ? Buffer.from(content as string) : Buffer.alloc(0),
      child: FREE,
      right: FREE,
      start: END,
    }
    entries.push(entry)
    if (isStream) return index
    let last: Entry | undefined
    for (const [inner, value] of Object.entries(content)) {
      const at = add(inner, value as CompoundContent | Buffer, 1)
      if (last === undefined) entry.child = at
      else last.right = at
      last = entries[at]
    }
    return index
  }
  add('Root Entry', root, 5)
  const directory = pad(Buffer.alloc(entries.length * 128))
  const chains: number[] = []
  const data: Buffer[] = []
  const place = (content: Buffer): number => {
    const start = chains.length
    const count = Math.ceil(content.length / SECTOR)
    for (let index = 1; index <= count; index += 1)
      chains.push(index === count ? END : start + index)
    data.push(pad(content))
    return count === 0 ? END : start
  }
  for (const entry of entries) entry.start = place(entry.content)
  entries.forEach((entry, index) => writeEntry(directory.subarray(index * 128), entry))
  const directoryStart = place(directory)
  const tables = Math.ceil((chains.length + 1) / 127)
  const tableStart = chains.length
  const table = Buffer.alloc(tables * SECTOR, 0xff)
  for (let index = 0; index < tables; index += 1) chains.push(0xfffffffd)
  chains.forEach((next, index) => table.writeUInt32LE(next, index * 4))
  return Buffer.concat([header(directoryStart, tableStart, tables), ...data, table])
}

const pad = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((SECTOR - (bytes.length % SECTOR)) % SECTOR)])

const writeEntry = (at: Buffer, { name, kind, content, child, right, start }: Entry): void => {
  at.write(name, 0, 'utf16le')
  at.writeUInt16LE(name.length * 2 + 2, 64)
  at[66] = kind
  at.writeUInt32LE(FREE, 68)
  at.writeUInt32LE(right, 72)
  at.writeUInt32LE(child, 76)
  at.writeUInt32LE(start, 116)
  at.writeUInt32LE(content.length, 120)
}

const header = (directoryStart: number, tableStart: number, tables: number): Buffer => {
  const bytes = Buffer.alloc(SECTOR)
  bytes.write('d0cf11e0a1b11ae1', 'hex')
  bytes.writeUInt16LE(9, 30)
  bytes.writeUInt16LE(6, 32)
  bytes.writeUInt32LE(tables, 44)
  bytes.writeUInt32LE(directoryStart, 48)
  for (const offset of [60, 68]) bytes.writeUInt32LE(END, offset)
  bytes.fill(0xff, 76)
  for (let index = 0; index < Math.min(tables, 109); index += 1)
    bytes.writeUInt32LE(tableStart + index, 76 + index * 4)
  return bytes
}
