import type { DocumentId, TenantId } from '../../schemas/brands.ts'
import type { ProducedBy } from '../../schemas/generated/types.ts'
import type { Identity } from '../ports/identity.ts'

/** The fields that every event of a document carries. */
export interface Envelope {
  readonly tenantId: TenantId
  readonly documentId: DocumentId
  readonly revision: bigint
  readonly archivedAt: number
  readonly ingestedAt: number
  readonly producedBy: ProducedBy
}

/** What a stage may add to its mark on an output. */
export interface ProducedDetails {
  readonly model?: string
  readonly modelVersion?: string
  readonly promptHash?: string
  readonly policyVersion?: string
}

/** The mark of a stage: name, version, code and options, and the model or policy where there is one. */
export const producedBy = (
  stage: { readonly name: string; readonly version: number },
  identity: Identity,
  details: ProducedDetails = {},
): ProducedBy => ({
  stage: stage.name,
  stageVersion: stage.version,
  codeVersion: identity.codeVersion,
  model: details.model ?? null,
  modelVersion: details.modelVersion ?? null,
  promptHash: details.promptHash ?? null,
  policyVersion: details.policyVersion ?? null,
  configHash: identity.configHash,
})

/** The envelope of an output made from `source`. */
export const envelopeOf = (source: Envelope, mark: ProducedBy): Envelope => ({
  tenantId: source.tenantId,
  documentId: source.documentId,
  revision: source.revision,
  archivedAt: source.archivedAt,
  ingestedAt: source.ingestedAt,
  producedBy: mark,
})
