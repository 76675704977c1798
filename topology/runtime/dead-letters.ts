import { createHash } from 'node:crypto'
import type { DeadLetter } from '../../schemas/generated/types.ts'
import type { Envelope } from '../model/envelope.ts'
import { producedBy } from '../model/envelope.ts'
import type { TopicPartition } from '../model/record.ts'
import type { TopicInfo } from '../model/topic.ts'
import type { Ports } from '../ports/ports.ts'
import type { LogRecord, ProduceRecord, RecordLog } from '../ports/record-log.ts'
import type { PartEnvironment } from './environment.ts'
import type { StagedFailure } from './in-flight.ts'
import { isTooLarge } from './record-size.ts'
import { serdeOf } from './serdes.ts'

/** Longest message of a dead letter, in UTF-16 units; ASCII in practice, so about 1 KiB. */
const maxMessage = 1_000

/** What a letter is made with. */
export interface LetterEnvironment extends Pick<PartEnvironment, 'name' | 'serdes'> {
  readonly topology: { readonly deadLetters: TopicInfo; readonly hash: string }
  readonly log: Pick<RecordLog, 'maxRecordBytes'>
  readonly ports: Pick<Ports, 'clock' | 'identity'>
}

/** A record as far as it is known: its value is missing when the bytes could not be decoded. */
export interface FailedRecord {
  readonly partition: TopicPartition
  readonly source: LogRecord
  readonly envelope: Envelope | undefined
}

/**
 * The dead letter of a failure: everything needed to understand it and to send the original record again. Bytes of the
 * original record travel verbatim; they hold a URI and facts, never document text.
 */
export const deadLetterRecord = (
  env: LetterEnvironment,
  { partition, source, envelope }: FailedRecord,
  failed: StagedFailure,
): ProduceRecord => {
  const now = env.ports.clock.now()
  const letter: DeadLetter = {
    tenantId: envelope?.tenantId ?? null,
    documentId: envelope?.documentId ?? null,
    revision: envelope?.revision ?? null,
    archivedAt: envelope?.archivedAt ?? null,
    ingestedAt: envelope?.ingestedAt ?? null,
    producedBy: producedBy(
      { name: failed.stage, version: failed.stageVersion },
      env.ports.identity,
    ),
    disposition: failed.failure.disposition,
    code: failed.failure.code,
    subTopology: env.name,
    stage: failed.stage,
    stageVersion: failed.stageVersion,
    topologyHash: env.topology.hash,
    attempt: failed.attempt,
    firstFailedAt: failed.firstFailedAt || now,
    lastFailedAt: now,
    fingerprint: fingerprintOf(env.name, failed),
    message: failed.failure.message.slice(0, maxMessage),
    itemId: failed.failure.itemId ?? null,
    sourceTopic: partition.topic,
    sourcePartition: partition.partition,
    sourceOffset: BigInt(source.offset),
    traceparent: traceparentOf(source),
    originalKey: source.key,
    originalValue: source.value ?? new Uint8Array(),
    originalHeaders: source.headers,
  }
  const { name } = env.topology.deadLetters
  const serde = serdeOf(env, name)
  const value = serde.encode(letter)
  const record = { topic: name, key: source.key, timestamp: now, headers: source.headers }
  if (!isTooLarge(env.log, { key: source.key, value })) return { ...record, value }
  return { ...record, value: serde.encode(withoutValue(letter)) }
}

/** A letter that the log refuses would hold up everything: then it only says where the record is. */
const withoutValue = (letter: DeadLetter): DeadLetter => {
  const left = ` (its ${letter.originalValue.length} bytes are too many to be kept here)`
  const message = letter.message.slice(0, maxMessage - left.length) + left
  return { ...letter, originalValue: new Uint8Array(), originalHeaders: {}, message }
}

const traceparentOf = (source: LogRecord): string | null => {
  const header = source.headers['traceparent']
  return header ? Buffer.from(header).toString('latin1') : null
}

/** Equal for failures of one cause; of a bug, the message names the place in the code. docs/dead-letters.md has the rule. */
const fingerprintOf = (subTopology: string, { stage, failure }: StagedFailure): string => {
  const { disposition, code, message, variant } = failure
  const cause = code === 'bug' ? message : code
  const parts = [
    subTopology,
    stage,
    disposition,
    cause,
    ...(variant === undefined ? [] : [variant]),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
