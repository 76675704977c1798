import type { Uri } from '../../schemas/brands.ts'
import type { LedgerEntry } from '../../schemas/generated/types.ts'
import { envelopeOf, producedBy, type Envelope } from '../model/envelope.ts'
import type { TopicPartition } from '../model/record.ts'
import type { TopicInfo } from '../model/topic.ts'
import type { Ports } from '../ports/ports.ts'
import type { ProduceRecord } from '../ports/record-log.ts'
import type { PartEnvironment } from './environment.ts'
import { serdeOf } from './serdes.ts'

/** What an entry is made with. */
export interface LedgerEnvironment extends Pick<PartEnvironment, 'name' | 'serdes'> {
  readonly topology: { readonly ledger: TopicInfo }
  readonly ports: Pick<Ports, 'clock' | 'identity'>
}

/** How a record ended in a sub-topology. */
export interface Ending {
  readonly partition: TopicPartition
  readonly offset: number
  readonly key: Uint8Array
  readonly envelope: Envelope
  readonly outcome: 'FORWARDED' | 'DROPPED' | 'DEAD'
  readonly reason: string | undefined
  readonly outputs: readonly string[]
  readonly counts: ReadonlyMap<string, number>
  readonly startedAt: number
}

/** True for values that carry the envelope of a document; others leave no trace in the ledger. */
export const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' &&
  value !== null &&
  'documentId' in value &&
  'tenantId' in value &&
  typeof (value as Partial<Envelope>).revision === 'bigint'

const wholeCounts = (counts: Ending['counts']): Readonly<Record<string, bigint>> => {
  const whole: Record<string, bigint> = {}
  for (const [name, count] of counts) whole[name] = BigInt(Math.trunc(count))
  return whole
}

/** The ledger record of an ending: answers what happened to a document, and where its outputs are. */
export const ledgerRecord = (env: LedgerEnvironment, ending: Ending): ProduceRecord => {
  const now = env.ports.clock.now()
  const entry: LedgerEntry = {
    subTopology: env.name,
    outcome: ending.outcome,
    reason: ending.reason ?? null,
    sourceTopic: ending.partition.topic,
    sourcePartition: ending.partition.partition,
    sourceOffset: BigInt(ending.offset),
    outputs: ending.outputs as readonly Uri[],
    counts: wholeCounts(ending.counts),
    startedAt: ending.startedAt,
    finishedAt: now,
    ...envelopeOf(ending.envelope, producedBy({ name: env.name, version: 1 }, env.ports.identity)),
  }
  const { name } = env.topology.ledger
  return {
    topic: name,
    key: ending.key,
    value: serdeOf(env, name).encode(entry),
    timestamp: now,
    headers: {},
  }
}
