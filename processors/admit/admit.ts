import type { ContainerEvent, DocumentEvent } from '../../schemas/generated/types.ts'
import type { Failure } from '../../topology/model/failure.ts'
import type { Arrival, Head } from './head.ts'

/** Whether an event brings something new, and the revision its outputs are to carry. The others name the reason for the ledger. */
export type Admission =
  | { readonly kind: 'admitted'; readonly revision: bigint }
  | { readonly kind: 'dropped'; readonly reason: 'replay' | 'stale' | 'erased' }

/**
 * Compares an event with the newest admitted one of its document. Source revisions are compared with source revisions:
 *
 * | event \ head     | none     | ARCHIVE                                            | ERASE                   |
 * |------------------|----------|----------------------------------------------------|-------------------------|
 * | older revision   |          | stale; as below when revisions are modified times, which may go back | erased, stale for ERASE |
 * | same revision    | admitted | replay; admitted when it is an ERASE, has other content and is not published earlier, or meets another configuration | erased, replay for ERASE |
 * | newer revision   |          | admitted                                           | admitted                |
 *
 * What comes back from the dead letters is no replay: it was admitted, but nothing came of it.
 *
 * What is admitted gets a revision above all that were given to the document before, so that sinks and readers need to know
 * one rule only: the highest revision of a document is what holds. An erasure gets at least the highest one.
 */
export const admissionOf = (
  event: Arrival,
  head: Head | undefined,
  comesBack = false,
): Admission => {
  if (!head) return admitted(event.sourceRevision)
  if (event.sourceRevision > head.sourceRevision) return admitted(above(event, head))
  if (head.operation === 'ERASE') return beneathErasure(event, head)
  const older = event.sourceRevision < head.sourceRevision
  if (older && !event.mayGoBack) return dropped('stale')
  const late = event.ingestedAt < head.ingestedAt
  if (event.operation === 'ERASE')
    return older && late ? dropped('stale') : admitted(highest(event.sourceRevision, head.revision))
  if (event.content !== head.content) return late ? dropped('stale') : admitted(above(event, head))
  const again = comesBack || event.config !== head.config
  return again ? admitted(above(event, head)) : dropped('replay')
}

const beneathErasure = (event: Arrival, head: Head): Admission => {
  if (event.operation === 'ARCHIVE') return dropped('erased')
  return dropped(event.sourceRevision < head.sourceRevision ? 'stale' : 'replay')
}

const maxRevision = 2n ** 63n - 1n

const highest = (a: bigint, b: bigint): bigint => (a > b ? a : b)

const above = (event: Arrival, head: Head): bigint =>
  head.revision === maxRevision ? maxRevision : highest(event.sourceRevision, head.revision + 1n)

const admitted = (revision: bigint): Admission => ({ kind: 'admitted', revision })

const dropped = (reason: Extract<Admission, { kind: 'dropped' }>['reason']): Admission => ({
  kind: 'dropped',
  reason,
})

/** What is to be remembered of an admitted event. */
export const headAfter = (
  { mayGoBack: _mayGoBack, ...event }: Arrival,
  head: Head | undefined,
  revision: bigint,
): Head => ({
  ...event,
  revision,
  sourceRevision: highest(event.sourceRevision, head?.sourceRevision ?? 0n),
})

const maxTenantLength = 64
const tenantPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const sha256Pattern = /^[0-9a-f]{64}$/i

/** What is wrong with an event before anything is done with it, or undefined. Messages never hold the value. */
export const problemOf = (event: DocumentEvent | ContainerEvent): Failure | undefined => {
  if (event.tenantId.length > maxTenantLength || !tenantPattern.test(event.tenantId)) {
    return invalid(
      'tenant-invalid',
      'tenantId must be 1 to 64 letters, digits, dots, underscores or hyphens, the first a letter or digit',
    )
  }
  if (!uuidPattern.test(event.documentId)) {
    return invalid('document-id-invalid', 'documentId must be a UUID in lower case')
  }
  if (event.revision < 0n) return invalid('revision-invalid', 'revision must not be negative')
  if (event.uri === '') return invalid('uri-empty', 'uri must say where the document is')
  if (event.sha256 !== null && !sha256Pattern.test(event.sha256)) {
    return invalid('sha256-invalid', 'sha256 must be 64 hex digits, or null')
  }
  return undefined
}

const invalid = (code: string, message: string): Failure => ({
  disposition: 'VALIDATION',
  code,
  message: `${message}; mend the archiver and publish the event again`,
})
