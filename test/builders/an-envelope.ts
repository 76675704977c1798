import { asDocumentId, asTenantId, type DocumentId } from '../../schemas/brands.ts'
import type { Envelope } from '../../topology/model/envelope.ts'
import { aProducedBy } from './a-document-event.ts'

/** A document id that is different for every number. */
export const documentIdOf = (n: number): DocumentId =>
  asDocumentId(`00000000-0000-5000-8000-${String(n).padStart(12, '0')}`)

export const anEnvelope = (changes: Partial<Envelope> = {}): Envelope => ({
  tenantId: asTenantId('acme'),
  documentId: documentIdOf(1),
  revision: 1n,
  archivedAt: Date.UTC(2024, 0, 2),
  ingestedAt: Date.UTC(2024, 0, 3),
  producedBy: aProducedBy({ stage: 'test', model: 'hash-384', modelVersion: '1' }),
  ...changes,
})
