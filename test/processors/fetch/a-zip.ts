import { crc32, deflateRawSync } from 'node:zlib'

/** An entry of a zip that a test makes. */
export interface ZipSource {
  /** As bytes where it is to be no UTF-8. */
  readonly name: string | Uint8Array
  readonly content: Uint8Array | string
  /** What the directory claims instead of the true inflated size. */
  readonly claimedBytes?: number
  readonly encrypted?: boolean
}

/** Writes a deflated zip (APPNOTE 6.3.3, without zip64), so that tests need no fixture files and can lie in it. */
export const aZip = (entries: readonly ZipSource[]): Buffer => {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const content = Buffer.from(entry.content)
    const packed = deflateRawSync(content)
    const name = Buffer.from(entry.name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(entry.encrypted === true ? 0x801 : 0x800, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt16LE(0, 6)
    fields.writeUInt16LE((2024 - 1980) * 512 + 1 * 32 + 2, 8)
    fields.writeUInt32LE(checksum(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(entry.claimedBytes ?? content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([signature(0x04034b50), fields, name, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(signature(0x02014b50), Buffer.from([20, 0]), fields, tail, name)
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, central, signature(0x06054b50), end])
}

const signature = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const checksum = (bytes: Buffer): number => crc32(bytes)
