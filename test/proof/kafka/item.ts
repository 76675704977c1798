import { createHash } from 'node:crypto'

/** One record of the proof: the n-th of its key. Its id is `key:seq`, and says so in every topic and sink. */
export interface Item {
  readonly key: string
  /** From 0, without gaps. */
  readonly seq: number
}

/** What the worker made of an item. */
export interface Result extends Item {
  /** A function of the item: two results under one id must not differ in it. */
  readonly digest: string
  /** Number of the newest item of the key before this one, as the state said; -1 for none. */
  readonly before: number
}

export const idOf = ({ key, seq }: Item): string => `${key}:${seq}`

/** Items that no stage can process; each must become a dead letter, and nothing else. */
export const isPoison = ({ key, seq }: Item): boolean =>
  (seq + 7 * Number(key.slice(1))) % 97 === 13

/** The number that the state must hold when an item comes for the first time: poison leaves none. */
export const expectedBefore = ({ key, seq }: Item): number =>
  seq > 0 && isPoison({ key, seq: seq - 1 }) ? seq - 2 : seq - 1

export const digestOf = (item: Item): string =>
  createHash('sha256').update(idOf(item)).digest('hex').slice(0, 12)

export const encodeItem = (item: Item): Buffer => Buffer.from(idOf(item))

export const decodeItem = (bytes: Uint8Array): Item => {
  const [key = '', seq = ''] = Buffer.from(bytes).toString('latin1').split(':')
  return { key, seq: Number(seq) }
}

export const encodeResult = ({ key, seq, digest, before }: Result): Buffer =>
  Buffer.from([key, seq, digest, before].join(':'))

export const decodeResult = (bytes: Uint8Array): Result => {
  const [key = '', seq = '', digest = '', before = ''] = Buffer.from(bytes)
    .toString('latin1')
    .split(':')
  return { key, seq: Number(seq), digest, before: Number(before) }
}
