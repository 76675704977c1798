import { asDocumentId, asTenantId, asUri } from '../../schemas/brands.ts'
import type { DocumentEvent, ProducedBy } from '../../schemas/generated/types.ts'

export const aProducedBy = (changes: Partial<ProducedBy> = {}): ProducedBy => ({
  stage: 'publish',
  stageVersion: 1,
  codeVersion: '0.0.0',
  model: null,
  modelVersion: null,
  promptHash: null,
  policyVersion: null,
  configHash: '0000',
  ...changes,
})

export const aDocumentEvent = (changes: Partial<DocumentEvent> = {}): DocumentEvent => ({
  tenantId: asTenantId('acme'),
  documentId: asDocumentId('6f1f2d0c-7f0a-5f4e-9a55-3a8d6d1c1a11'),
  revision: 1n,
  archivedAt: 1_700_000_000_000,
  ingestedAt: 1_700_000_000_500,
  producedBy: aProducedBy(),
  operation: 'ARCHIVE',
  uri: asUri('file:///archive/a.eml'),
  name: 'a.eml',
  bytes: 10n,
  sha256: null,
  declaredType: null,
  modifiedAt: 1_700_000_000_000,
  containerUri: null,
  attributes: {},
  revisionKind: 'VERSION',
  ...changes,
})
