import { hash } from 'node:crypto'
import { z } from 'zod'
import type { ProducedBy, Summary } from '../../schemas/generated/types.ts'
import { encodeSegment, objectName } from '../../topology/model/object-name.ts'

/** Area of the object store. */
export const summaryArea = 'summaries'

/**
 * Canonical JSON of a summary: keys in code-unit order, no white space, numbers as integers, revision as a string since
 * it may not fit a double. Without `summaryUri` and `sha256`, which are about these bytes, and `usage`, which is about a run.
 */
export const summaryJson = (summary: Summary): Uint8Array => {
  const { summaryUri: _uri, sha256: _hash, usage: _usage, ...rest } = summary
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
 * summary was meant to be made, not how it came out: models do not answer the same twice, and the first answer that was
 * stored is the summary, be it that of a fallback.
 */
export const summaryName = (summary: Summary): string =>
  objectName(
    summaryArea,
    summary,
    `${encodeSegment(meantBy(summary).model ?? 'none')}-${settingsHash(summary)}.json`,
  )

const meantBy = ({
  producedBy,
  fallback,
}: Summary): Pick<ProducedBy, 'model' | 'modelVersion' | 'promptHash'> => fallback ?? producedBy

const settingsHash = (summary: Summary): string => {
  const { producedBy, preparedUri } = summary
  const { stageVersion, policyVersion, configHash } = producedBy
  const { modelVersion, promptHash } = meantBy(summary)
  // The last segment is made of the policy and the content; what comes before depends on where the store is.
  const prepared = preparedUri?.split('/').at(-1) ?? ''
  const parts = [stageVersion, modelVersion, promptHash, policyVersion, configHash, prepared]
  return sha256Of(Buffer.from(JSON.stringify(parts))).slice(0, 12)
}

const citations = z.array(z.object({ chunkId: z.string(), ordinal: z.int() })).default([])
const textOrNull = z.string().nullable().catch(null)

/** Of objects of before, too: what was added since has a default. */
const answer = z.object({
  status: z.enum(['OK', 'EMPTY', 'TRUNCATED']),
  text: z.string(),
  tokensIn: z.int(),
  tokensOut: z.int(),
  citations,
  points: z.array(z.object({ text: z.string(), citations })).default([]),
  fallback: z
    .object({
      code: z.string(),
      model: z.string(),
      modelVersion: z.string(),
      promptHash: z.string().nullable(),
    })
    .nullable()
    .default(null),
})

const maker = z.object({ model: textOrNull, modelVersion: textOrNull, promptHash: textOrNull })

/** The result of the model that a stored object holds: what a second answer gives way to. */
export type StoredAnswer = z.output<typeof answer>

/** The same summary, as the stored object has it. Throws when the bytes are not of {@link summaryJson}. */
export const asStored = (summary: Summary, bytes: Uint8Array): Summary => {
  const stored: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
  const read = answer.safeParse(stored)
  if (!read.success) throw new Error('stored summary is not a summary')
  const by = z.object({ producedBy: maker }).safeParse(stored)
  // A fallback is made by another model than what stands in for it now.
  const producedBy = { ...summary.producedBy, ...by.data?.producedBy }
  return { ...summary, ...read.data, producedBy }
}

/** A summary as it was stored, with what tells where it came from. */
export interface StoredSummary extends StoredAnswer {
  /** Too large for a number. */
  readonly revision: string
  readonly model: string | null
  readonly modelVersion: string | null
}

const whole = answer.extend({
  revision: z.string(),
  producedBy: maker.catch({ model: null, modelVersion: null, promptHash: null }),
})

/** Undefined when the bytes are not of {@link summaryJson}, as of a version to come. */
export const storedSummary = (bytes: Uint8Array): StoredSummary | undefined => {
  let stored: unknown
  try {
    stored = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
  const read = whole.safeParse(stored)
  if (!read.success) return undefined
  const { producedBy, ...rest } = read.data
  return { ...rest, model: producedBy.model, modelVersion: producedBy.modelVersion }
}
