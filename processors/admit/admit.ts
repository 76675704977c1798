import type { ContainerEvent, DocumentEvent } from '../../schemas/generated/types.ts'
import type { Failure } from '../../topology/model/failure.ts'
import type { Head } from './head.ts'

/** Whether an event brings something new. The others name the reason for the ledger. */
export type Admission = 'admitted' | 'replay' | 'stale' | 'erased'

/**
 * Compares an event with the newest admitted one of its document:
 *
 * | event \ head      | none     | ARCHIVE                                          | ERASE    |
 * |-------------------|----------|--------------------------------------------------|----------|
 * | older revision    |          | stale                                            | erased, stale for ERASE |
 * | same revision     | admitted | replay; admitted when it is an ERASE or has other content | erased, replay for ERASE |
 * | newer revision    |          | admitted                                         | admitted |
 */
export const admissionOf = (event: Head, head: Head | undefined): Admission => {
  if (!head || event.revision > head.revision) return 'admitted'
  if (head.operation === 'ERASE' && event.operation === 'ARCHIVE') return 'erased'
  if (event.revision < head.revision) return 'stale'
  if (event.operation !== head.operation) return 'admitted'
  return event.operation === 'ERASE' || event.marker === head.marker ? 'replay' : 'admitted'
}

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
