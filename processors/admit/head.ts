import { hash } from 'node:crypto'
import type { ContainerEvent, DocumentEvent, Operation } from '../../schemas/generated/types.ts'
import type { Identity } from '../../topology/ports/identity.ts'

/** What decides whether an event brings something new. */
export interface Arrival {
  readonly operation: Operation
  /** The version of the document as its source has it. */
  readonly sourceRevision: bigint
  /** 16 bytes as hex: equal for equal content. */
  readonly content: string
  /** 8 bytes as hex: equal where the options that change results are. */
  readonly config: string
  /** When the event was published, epoch milliseconds. */
  readonly ingestedAt: number
  /** The source revision is a modified time: an older one may be the newer state of the source. */
  readonly mayGoBack: boolean
}

/** The newest that was admitted of a document. Its `sourceRevision` is the highest there was. */
export interface Head extends Omit<Arrival, 'mayGoBack'> {
  /** What its outputs carry. Grows with every archived event that is admitted, so that their outputs win everywhere. */
  readonly revision: bigint
}

/**
 * Content by its hash where the archiver gave one, else by size and modified time. What makes results is by the
 * configuration of the process that will make them, whoever published. Both are kept short: the state store has a head of
 * every document there is.
 */
export const arrivalOf = (
  event: DocumentEvent | ContainerEvent,
  { configHash }: Identity,
): Arrival => ({
  operation: event.operation,
  sourceRevision: event.revision,
  content: shortHash(contentOf(event), 32),
  config: shortHash(configHash, 16),
  ingestedAt: event.ingestedAt,
  mayGoBack: event.revisionKind === 'MODIFIED_TIME',
})

const contentOf = ({ sha256, bytes, modifiedAt }: DocumentEvent | ContainerEvent): string =>
  sha256 === null ? `${bytes}|${modifiedAt}` : sha256.toLowerCase()

const shortHash = (text: string, digits: number): string => hash('sha256', text).slice(0, digits)

/** Layout: operation (0 archive, 1 erase), three int64 big-endian, content, config. 49 bytes. */
const layout = {
  length: 49,
  revision: 1,
  sourceRevision: 9,
  ingestedAt: 17,
  content: 25,
  config: 41,
} as const

/** Heads were written without source revision, time and configuration once: operation, revision, content. */
const oldLayout = { length: 25, revision: 1, content: 9 } as const

export const encodeHead = (head: Head): Uint8Array => {
  const bytes = Buffer.alloc(layout.length)
  bytes.writeUInt8(head.operation === 'ERASE' ? 1 : 0, 0)
  bytes.writeBigInt64BE(head.revision, layout.revision)
  bytes.writeBigInt64BE(head.sourceRevision, layout.sourceRevision)
  bytes.writeBigInt64BE(BigInt(head.ingestedAt), layout.ingestedAt)
  bytes.write(head.content, layout.content, 'hex')
  bytes.write(head.config, layout.config, 'hex')
  return bytes
}

/** Throws when the bytes are not of {@link encodeHead}, of this version or an older one. */
export const decodeHead = (bytes: Uint8Array): Head => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const operation = buffer[0] === 1 ? 'ERASE' : 'ARCHIVE'
  if (bytes.length === oldLayout.length) {
    const revision = buffer.readBigInt64BE(oldLayout.revision)
    const content = buffer.toString('hex', oldLayout.content)
    return { operation, revision, sourceRevision: revision, content, config: '', ingestedAt: 0 }
  }
  if (bytes.length !== layout.length) throw new Error(`head of ${bytes.length} bytes`)
  return {
    operation,
    revision: buffer.readBigInt64BE(layout.revision),
    sourceRevision: buffer.readBigInt64BE(layout.sourceRevision),
    ingestedAt: Number(buffer.readBigInt64BE(layout.ingestedAt)),
    content: buffer.toString('hex', layout.content, layout.config),
    config: buffer.toString('hex', layout.config),
  }
}
