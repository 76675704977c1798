import { asDocumentId, asTenantId } from '../../../schemas/brands.ts'
import type { Codec } from '../../../schemas/codec.ts'
import type { Envelope } from '../../model/envelope.ts'

/** What is to become of an item, so that the right result is known without running anything. */
export type Fate = (typeof fates)[number]

export const fates = [
  'fine',
  // in the first sub-topology
  'fan-out',
  'nothing',
  'drop-pure',
  'dead-pure',
  'bug-pure',
  'drop-ask',
  'dead-ask',
  'reject-ask',
  'bug-ask',
  'timeout-ask',
  'partial',
  'misfit',
  'select-bug',
  'garbage',
  'tombstone',
  // in the second
  'drop-look',
  'dead-look',
  'index-dead',
  'index-drop',
  'index-throws',
  // in the third
  'file-dead',
] as const

/** The record of every topic of the simulation. */
export interface Item extends Envelope {
  /** Unique over the run: key, revision and a letter for fan-out. */
  readonly id: string
  /** Position among the values of one input. */
  readonly ordinal: number
  readonly fate: Fate
  readonly weight: number
}

const mark = {
  stage: 'simulation',
  stageVersion: 1,
  codeVersion: '0',
  model: null,
  modelVersion: null,
  promptHash: null,
  policyVersion: null,
  configHash: '0',
}

export const makeItem = (key: string, revision: number, fate: Fate, weight: number): Item => ({
  tenantId: asTenantId('tenant'),
  documentId: asDocumentId(key),
  revision: BigInt(revision),
  archivedAt: 0,
  ingestedAt: 0,
  producedBy: mark,
  id: `${key}.${revision}`,
  ordinal: 0,
  fate,
  weight,
})

/** Order among the items of one key. */
export const rankOf = (item: Item): number => Number(item.revision) * 4 + item.ordinal

const encode = (item: Item): Uint8Array => {
  if (typeof item.id !== 'string') throw new Error('item: value does not fit the schema at id')
  const { documentId, revision, id, ordinal, fate, weight } = item
  return Buffer.from(JSON.stringify([documentId, Number(revision), id, ordinal, fate, weight]))
}

const decode = (bytes: Uint8Array): Item => {
  const [key, revision, id, ordinal, fate, weight] = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
  ) as [string, number, string, number, Fate, number]
  return { ...makeItem(key, revision, fate, weight), id, ordinal }
}

/** JSON, because a simulation makes many of them and no schema is under test. */
export const itemCodec: Codec<Item> = {
  subject: 'item',
  schema: '"string"',
  fingerprint: 'item',
  encode,
  decode,
  decoderFor: () => decode,
}
