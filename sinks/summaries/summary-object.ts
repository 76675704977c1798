import { hash } from 'node:crypto'
import type { Summary, SummaryStatus } from '../../schemas/generated/types.ts'
import { encodeSegment, objectName } from '../../topology/model/object-name.ts'

/** Area of the object store. */
export const summaryArea = 'summaries'

/**
 * Canonical JSON of a summary: keys in code-unit order, no white space, numbers as integers, revision as a string since
 * it may not fit a double. Without `summaryUri` and `sha256`, which are about these bytes.
 */
export const summaryJson = (summary: Summary): Uint8Array => {
  const { summaryUri: _uri, sha256: _hash, ...rest } = summary
  return Buffer.from(JSON.stringify(sorted(rest)))
}

/** The same value with keys in code-unit order, in which JSON is written; none of them is a number, which would come first. */
const sorted = (value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const fields = value as Readonly<Record<string, unknown>>
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(fields).sort()) copy[key] = sorted(fields[key])
  return copy
}

export const sha256Of = (bytes: Uint8Array): string => hash('sha256', bytes)

/**
 * `summaries/<tenant>/<2>/<document>.<revision>.<model>-<settings>.json`. The name says from what and by what the
 * summary was made, not how it came out: models do not answer the same twice, and the first answer that was stored is
 * the summary.
 */
export const summaryName = (summary: Summary): string =>
  objectName(
    summaryArea,
    summary,
    `${encodeSegment(summary.producedBy.model ?? 'none')}-${settingsHash(summary)}.json`,
  )

const settingsHash = ({ producedBy, preparedUri }: Summary): string => {
  const { stageVersion, modelVersion, promptHash, policyVersion, configHash } = producedBy
  // The last segment is made of the policy and the content; what comes before depends on where the store is.
  const prepared = preparedUri?.split('/').at(-1) ?? ''
  const parts = [stageVersion, modelVersion, promptHash, policyVersion, configHash, prepared]
  return sha256Of(Buffer.from(JSON.stringify(parts))).slice(0, 12)
}

/** The result of the model that a stored object holds: what a second answer gives way to. */
export type StoredAnswer = Pick<Summary, 'status' | 'text' | 'tokensIn' | 'tokensOut'>

/** Throws when the bytes are not of {@link summaryJson}. */
export const answerIn = (bytes: Uint8Array): StoredAnswer => {
  const stored: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
  if (!isAnswer(stored)) throw new Error('stored summary is not a summary')
  const { status, text, tokensIn, tokensOut } = stored
  return { status, text, tokensIn, tokensOut }
}

/** A summary as it was stored, with what tells where it came from. */
export interface StoredSummary extends StoredAnswer {
  /** Too large for a number. */
  readonly revision: string
  readonly model: string | null
  readonly modelVersion: string | null
}

/** Undefined when the bytes are not of {@link summaryJson}, as of a version to come. */
export const storedSummary = (bytes: Uint8Array): StoredSummary | undefined => {
  let stored: unknown
  try {
    stored = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
  if (!isAnswer(stored)) return undefined
  const { status, text, tokensIn, tokensOut } = stored
  const { revision, producedBy } = stored as Partial<Record<string, unknown>>
  const by = (producedBy ?? {}) as Readonly<Record<string, unknown>>
  if (typeof revision !== 'string') return undefined
  const [model, modelVersion] = [by['model'], by['modelVersion']].map(textOrNull)
  return { revision, status, text, tokensIn, tokensOut, model, modelVersion } as StoredSummary
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const statuses: readonly SummaryStatus[] = ['OK', 'EMPTY', 'TRUNCATED']

const isAnswer = (value: unknown): value is StoredAnswer => {
  if (value === null || typeof value !== 'object') return false
  const { status, text, tokensIn, tokensOut } = value as Record<keyof StoredAnswer, unknown>
  return (
    statuses.some((each) => each === status) &&
    typeof text === 'string' &&
    Number.isInteger(tokensIn) &&
    Number.isInteger(tokensOut)
  )
}
