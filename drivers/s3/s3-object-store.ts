import { Fault } from '../../topology/model/failure.ts'
import {
  ObjectConflict,
  type ObjectEntry,
  type ObjectStore,
} from '../../topology/ports/object-store.ts'
import { S3BadAnswer, S3Changed, S3Damaged } from './answers.ts'
import { checkOf, type Check } from './checks.ts'
import { createS3Client, type S3Client } from './client.ts'
import { asS3Fault } from './faults.ts'
import { createS3Keys } from './keys.ts'
import type { S3ObjectStoreOptions } from './options.ts'
import { createPatience, type Patience } from './patience.ts'
import { probeConditions, removeKey, type S3Conditions } from './probe.ts'
import { headObject, isMissing, type Range, type S3Chunk, type S3Head } from './read.ts'
import { readInto } from './read-into.ts'
import { createTurns } from './turns.ts'
import { keepsVersions, removeAllVersions, removeOlderVersions } from './versions.ts'
import { putOnce, sumOf } from './write.ts'

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Times that an object is read anew which was replaced meanwhile, or came damaged. */
const mostRestarts = 2
/** A store that claims more is not believed: memory is taken for an object before its bytes come. */
const longestObject = 2 ** 31

const unconditional =
  'the store overwrites objects that a conditional write (If-None-Match, If-Match) must keep'

/** Objects in a folder of a bucket. Throws a `Fault` when the store cannot be used. */
export const createS3ObjectStore = async (options: S3ObjectStoreOptions): Promise<ObjectStore> => {
  const { bucket, prefix, clock, tags, readOnly = false } = options
  const client = createS3Client(options, bucket)
  const keys = createS3Keys(bucket, prefix)
  const inTurn = createTurns()

  const faulty = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      const { endpoint } = client
      throw asS3Fault(error, { endpoint, bucket, dependency: 'object-store' }, clock.now())
    }
  }
  let versioned = false
  const remove = (key: string): Promise<void> =>
    versioned ? removeAllVersions(client, key, options) : removeKey(client, key, options)
  const conditionsOrClose = async (): Promise<S3Conditions> => {
    try {
      versioned = await keepsVersions(client, options)
      return await openConditions(client, options, remove)
    } catch (error) {
      client.close()
      throw error
    }
  }
  const conditions = readOnly ? undefined : await faulty(conditionsOrClose)
  const writable = (): S3Conditions => {
    if (conditions) return conditions
    throw new Error('the object store was opened for reading only')
  }

  const isSame = async (key: string, head: S3Head, bytes: Uint8Array, patience: Patience) => {
    if (head.bytes !== bytes.length) return false
    if (head.sha256 !== undefined) return head.sha256 === sumOf(bytes)
    const there = await readObject(client, key, patience)
    return there !== undefined && Buffer.compare(there, bytes) === 0
  }

  /** After a refusal: whose object is it? */
  const settle = async (name: string, bytes: Buffer, patience: Patience): Promise<'exists'> => {
    const head = await headObject(client, keys.keyOf(name), patience)
    if (!head) throw new S3BadAnswer('the store refuses a new object as there were one already')
    if (await isSame(keys.keyOf(name), head, bytes, patience)) return 'exists'
    throw new ObjectConflict(name)
  }

  const create = async (name: string, bytes: Buffer, patience: Patience) => {
    const answer = await putOnce(
      client,
      keys.keyOf(name),
      bytes,
      { kind: 'absent' },
      patience,
      tags,
    )
    return answer === 'written' ? 'created' : await settle(name, bytes, patience)
  }

  /** Where the store overwrites: a look before, and one afterwards, which tells whether another writer came in between. */
  const createLooking = async (name: string, bytes: Buffer, patience: Patience) => {
    const key = keys.keyOf(name)
    if (await headObject(client, key, patience)) return await settle(name, bytes, patience)
    await putOnce(client, key, bytes, { kind: 'none' }, patience, tags)
    await settle(name, bytes, patience)
    return 'created'
  }

  const replace = async (key: string, before: Buffer, bytes: Buffer) => {
    const patience = createPatience(options, bytes.length)
    const { unchanged } = writable()
    /** An attempt ended without an answer and may have done it. */
    let unsure = false
    return await patience.persist(async () => {
      const head = await headObject(client, key, patience)
      if (!head) return 'changed'
      if (unsure && (await isSame(key, head, bytes, patience))) return 'replaced'
      if (!(await isSame(key, head, before, patience))) return 'changed'
      const { etag } = head
      const condition = unchanged
        ? ({ kind: 'unchanged', etag } as const)
        : { kind: 'none' as const }
      try {
        const answer = await putOnce(client, key, bytes, condition, patience, tags)
        if (answer === 'written') return 'replaced'
      } catch (error) {
        unsure = true
        throw error
      }
      if (unsure) throw new S3BadAnswer('the store refuses what it may have done before')
      return 'changed'
    })
  }

  return {
    put: (name, bytes) =>
      faulty(async () => {
        const key = keys.keyOf(name)
        const patience = createPatience(options, bytes.length)
        if (writable().absent)
          return await patience.persist(() => create(name, asBuffer(bytes), patience))
        return await inTurn(key, () =>
          patience.persist(() => createLooking(name, asBuffer(bytes), patience)),
        )
      }),
    replace: (uri, before, bytes) =>
      faulty(async () => {
        const key = keys.keyOfUri(uri)
        const answer = await inTurn(key, () => replace(key, asBuffer(before), asBuffer(bytes)))
        if (answer === 'replaced' && versioned) await removeOlderVersions(client, key, options)
        return answer
      }),
    get: (uri, range) =>
      faulty(async () => {
        const key = keys.keyOfUri(uri)
        const patience = createPatience(options)
        if (!range || range.end > range.start) return await readObject(client, key, patience, range)
        return (await headObject(client, key, patience)) && Buffer.alloc(0)
      }),
    remove: (uri) => faulty(() => remove(keys.keyOfUri(uri))),
    list: (prefix) => listObjects(prefix),
    uriOf: keys.uriOf,
    close: async () => client.close(),
  }

  async function* listObjects(start: string): AsyncGenerator<ObjectEntry> {
    let from: string | undefined
    do {
      const page = await faulty(() => {
        const patience = createPatience(options)
        return patience.persist(() => client.page(`${prefix}/${start}`, from, patience.left()))
      })
      for (const { key, bytes } of page.objects) {
        const name = keys.nameOf(key)
        if (name !== undefined) yield { name, uri: keys.uriOf(name), bytes }
      }
      if (page.next !== undefined && page.next === from)
        throw new Fault('dependency-down', 'object-store', `bucket ${bucket}: its list never ends`)
      from = page.next
    } while (from !== undefined)
  }
}

const openConditions = async (
  client: S3Client,
  options: S3ObjectStoreOptions,
  remove: (key: string) => Promise<void>,
): Promise<S3Conditions> => {
  const conditions = await probeConditions(client, options.prefix, options, remove)
  if (conditions.absent && conditions.unchanged) return conditions
  const where = `bucket ${options.bucket} at ${client.endpoint}: ${unconditional}`
  if (options.conditionalWrites === 'required')
    throw new Fault(
      'fatal',
      'object-store',
      `${where}; use another store, or set s3.conditionalWrites to "preferred" (docs/object-stores.md)`,
    )
  options.notice?.(`${where}; objects are looked for before they are written instead`)
  return conditions
}

/** The bytes of an object, checked by the sum beside it; undefined when it is not there. */
const readObject = async (
  client: S3Client,
  key: string,
  patience: Patience,
  range?: Range,
): Promise<Buffer | undefined> => {
  for (let restarts = 0; ; restarts++) {
    try {
      return await readOnce(client, key, patience, range)
    } catch (error) {
      if (isMissing(error)) return undefined
      const again = error instanceof S3Changed || error instanceof S3Damaged
      if (!again || restarts >= mostRestarts) throw error
    }
  }
}

const readOnce = async (
  client: S3Client,
  key: string,
  patience: Patience,
  range?: Range,
): Promise<Buffer> => {
  const start = range?.start ?? 0
  const read: { whole?: Buffer; check?: Check; last?: Buffer } = {}
  const take = ({ head, at, bytes }: S3Chunk): void => {
    read.whole ??= memoryFor(lengthOf(head, start, range), bytes)
    if (read.whole !== bytes) read.whole.set(bytes, at - start)
    // Held only to be alive: with no piece left, malloc gives the memory of all to the kernel, which hands it out anew page by page.
    read.last = bytes
    if (range) return
    read.check ??= checkOf(head)
    // Piece by piece, while each is still in the cache of the processor.
    read.check.add(bytes)
  }
  await readInto(client, key, patience, take, range)
  if (read.check && !read.check.holds()) throw new S3Damaged()
  return read.whole ?? Buffer.alloc(0)
}

/** Small objects mostly come in one piece, with memory of its own: it need not be copied. */
const memoryFor = (length: number, first: Buffer): Buffer =>
  first.length === length && first.buffer.byteLength === length
    ? first
    : Buffer.allocUnsafeSlow(length)

const lengthOf = (head: S3Head, start: number, range: Range | undefined): number => {
  const length = Math.min(range?.end ?? Infinity, head.bytes) - start
  if (length > longestObject) throw new S3BadAnswer(`an object of ${length} bytes is none of ours`)
  return length
}
