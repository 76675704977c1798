import { createHash } from 'node:crypto'
import type { ContainerEvent, DocumentEvent, Operation } from '../../schemas/generated/types.ts'

/** The newest that was admitted of a document. */
export interface Head {
  readonly operation: Operation
  readonly revision: bigint
  /** 16 bytes as hex: equal for equal content. */
  readonly marker: string
}

/**
 * Content by its hash where the archiver gave one, else by size and modified time. 128 bits are kept: the state store
 * has a head of every document there is.
 */
export const headOf = ({
  operation,
  revision,
  sha256,
  bytes,
  modifiedAt,
}: DocumentEvent | ContainerEvent): Head => {
  const content = sha256 === null ? `${bytes}|${modifiedAt}` : sha256.toLowerCase()
  const marker = createHash('sha256').update(content).digest('hex').slice(0, 32)
  return { operation, revision, marker }
}

/** Layout: operation (0 archive, 1 erase), revision as int64 big-endian, marker. 25 bytes. */
const layout = { length: 25, revision: 1, marker: 9 } as const

export const encodeHead = ({ operation, revision, marker }: Head): Uint8Array => {
  const bytes = Buffer.alloc(layout.length)
  bytes.writeUInt8(operation === 'ERASE' ? 1 : 0, 0)
  bytes.writeBigInt64BE(revision, layout.revision)
  bytes.write(marker, layout.marker, 'hex')
  return bytes
}

/** Throws when the bytes are not of {@link encodeHead}. */
export const decodeHead = (bytes: Uint8Array): Head => {
  if (bytes.length !== layout.length) throw new Error(`head of ${bytes.length} bytes`)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    operation: buffer.readUInt8(0) === 1 ? 'ERASE' : 'ARCHIVE',
    revision: buffer.readBigInt64BE(layout.revision),
    marker: buffer.toString('hex', layout.marker),
  }
}
