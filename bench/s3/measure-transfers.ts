import { randomUUID } from 'node:crypto'
import { createS3ObjectStore } from '../../drivers/s3/s3-object-store.ts'
import { defaultS3Limits } from '../../drivers/s3/options.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { systemRandom } from '../../drivers/system/system-random.ts'
import { clientOf, type S3Address } from '../../test/services/s3.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'

export interface TransferFigures {
  readonly bytes: number
  readonly verb: 'get' | 'put'
  readonly way: 'wrapper' | 'raw client'
  /** Of each round. */
  readonly megabytesPerSecond: readonly number[]
  readonly cpuMsEach: readonly number[]
}

export interface TransferLoad {
  readonly bytes: number
  readonly verb: 'get' | 'put'
  /** Per round and way. */
  readonly count: number
  readonly atOnce: number
  readonly rounds: number
}

/** Answers the bytes that it moved. */
type Transfer = () => Promise<number>

const bucket = 'bench'
const prefix = 'transfers'

/** Body of the answer as one buffer, as whoever uses the client alone does it. */
const rawGet = async (client: ReturnType<typeof clientOf>, key: string): Promise<number> => {
  const chunks: Buffer[] = []
  for await (const chunk of await client.getObject(bucket, key)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).length
}

const round = async (transfer: Transfer, { bytes, count, atOnce }: TransferLoad) => {
  let left = count
  const worker = async (): Promise<void> => {
    while (left-- > 0)
      if ((await transfer()) !== bytes) throw new Error('an object came with another length')
  }
  const started = performance.now()
  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: atOnce }, worker))
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1000
  return { rate: (bytes * count) / 1e6 / seconds, cpuMs: (user + system) / 1000 / count }
}

const openStore = ({ endpoint, ...credentials }: S3Address): Promise<ObjectStore> =>
  createS3ObjectStore({
    endpoint,
    credentials,
    bucket,
    prefix,
    region: 'us-east-1',
    connections: 16,
    limits: defaultS3Limits,
    clock: systemClock,
    random: systemRandom,
    conditionalWrites: 'required',
  })

/** Gets of one object, or puts of it under new names, by each way. */
const waysOf = (
  verb: TransferLoad['verb'],
  client: ReturnType<typeof clientOf>,
  store: ObjectStore,
  object: Buffer,
): readonly (readonly [TransferFigures['way'], Transfer])[] =>
  verb === 'get'
    ? [
        ['raw client', () => rawGet(client, `${prefix}/${object.length}.bin`)],
        [
          'wrapper',
          async () => (await store.get(store.uriOf(`${object.length}.bin`)))?.length ?? 0,
        ],
      ]
    : [
        [
          'raw client',
          async () => {
            await client.putObject(bucket, `${prefix}/${randomUUID()}`, object)
            return object.length
          },
        ],
        [
          'wrapper',
          async () => {
            await store.put(randomUUID(), object)
            return object.length
          },
        ],
      ]

/** By the wrapper and by the client alone, in turn. CPU of this process only. */
export const measureTransfers = async (
  address: S3Address,
  load: TransferLoad,
): Promise<readonly TransferFigures[]> => {
  const client = clientOf(address)
  if (!(await client.bucketExists(bucket))) await client.makeBucket(bucket, 'us-east-1')
  const store = await openStore(address)
  try {
    const object = Buffer.alloc(load.bytes, 'archive')
    await store.put(`${load.bytes}.bin`, object)
    const ways = waysOf(load.verb, client, store, object)
    for (const [, transfer] of ways) await round(transfer, load)
    const rounds = ways.map(() => [] as Awaited<ReturnType<typeof round>>[])
    for (let done = 0; done < load.rounds; done++)
      for (const [index, [, transfer]] of ways.entries())
        rounds[index]?.push(await round(transfer, load))
    return ways.map(([way], index) => ({
      bytes: load.bytes,
      verb: load.verb,
      way,
      megabytesPerSecond: (rounds[index] ?? []).map(({ rate }) => Math.round(rate)),
      cpuMsEach: (rounds[index] ?? []).map(({ cpuMs }) => Number(cpuMs.toFixed(3))),
    }))
  } finally {
    await store.close()
  }
}
