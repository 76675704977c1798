import type { TenantId, Uri } from '../../schemas/brands.ts'
import type {
  ContainerEvent,
  ContainerType,
  DocumentEvent,
  Operation,
} from '../../schemas/generated/types.ts'
import { producedBy } from '../../topology/model/envelope.ts'
import { documentIdOf } from '../../topology/model/uuid.ts'
import type { Identity } from '../../topology/ports/identity.ts'

/** What every event of one publishing has in common. */
export interface PublishContext {
  readonly tenantId: TenantId
  readonly operation: Operation
  readonly identity: Identity
  /** Epoch milliseconds. */
  readonly now: number
}

/** One file or member as it was found. */
export interface SourceFile {
  readonly uri: Uri
  readonly name: string
  readonly bytes?: number
  readonly sha256?: string
  readonly type?: string
  /** Epoch milliseconds. */
  readonly modifiedAt: number
  readonly containerUri?: Uri
}

const stage = { name: 'publish', version: 1 }

/**
 * The revision of a file is its time of change, from 1970 on; that of an erasure is now, so that it outlives every
 * revision there was. Times may go back, which `admit` is told by the kind of the revision.
 */
const revisionOf = ({ operation, now }: PublishContext, { modifiedAt }: SourceFile): bigint =>
  BigInt(Math.max(0, operation === 'ERASE' ? Math.max(now, modifiedAt + 1) : modifiedAt))

const envelope = (context: PublishContext, file: SourceFile) => ({
  tenantId: context.tenantId,
  documentId: documentIdOf(context.tenantId, file.uri),
  revision: revisionOf(context, file),
  archivedAt: file.modifiedAt,
  ingestedAt: context.now,
  producedBy: producedBy(stage, context.identity),
  operation: context.operation,
  revisionKind: 'MODIFIED_TIME' as const,
})

export const documentEventOf = (context: PublishContext, file: SourceFile): DocumentEvent => ({
  uri: file.uri,
  name: file.name,
  bytes: file.bytes === undefined ? null : BigInt(file.bytes),
  sha256: file.sha256 ?? null,
  declaredType: file.type ?? null,
  modifiedAt: file.modifiedAt,
  containerUri: file.containerUri ?? null,
  attributes: {},
  ...envelope(context, file),
})

export const containerEventOf = (
  context: PublishContext,
  file: SourceFile,
  containerType: ContainerType,
): ContainerEvent => ({
  ...envelope(context, file),
  uri: file.uri,
  containerType,
  bytes: file.bytes === undefined ? null : BigInt(file.bytes),
  sha256: file.sha256 ?? null,
  modifiedAt: file.modifiedAt,
})
