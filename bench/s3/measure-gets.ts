import { createS3ObjectStore } from '../../drivers/s3/s3-object-store.ts'
import { defaultS3Limits } from '../../drivers/s3/options.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { systemRandom } from '../../drivers/system/system-random.ts'
import { clientOf, type S3Address } from '../../test/services/s3.ts'

export interface GetFigures {
  readonly bytes: number
  readonly way: 'wrapper' | 'raw client'
  /** Of each round. */
  readonly megabytesPerSecond: readonly number[]
  readonly cpuMsPerGet: readonly number[]
}

export interface GetLoad {
  readonly bytes: number
  /** Per round and way. */
  readonly gets: number
  readonly atOnce: number
  readonly rounds: number
}

type Get = () => Promise<number>

const bucket = 'bench'

/** Body of the answer as one buffer, as whoever uses the client alone does it. */
const rawGet = async (client: ReturnType<typeof clientOf>, key: string): Promise<number> => {
  const chunks: Buffer[] = []
  for await (const chunk of await client.getObject(bucket, key)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).length
}

const round = async (get: Get, { bytes, gets, atOnce }: GetLoad) => {
  let left = gets
  const worker = async (): Promise<void> => {
    while (left-- > 0)
      if ((await get()) !== bytes) throw new Error('an object came with another length')
  }
  const started = performance.now()
  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: atOnce }, worker))
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1000
  return { rate: (bytes * gets) / 1e6 / seconds, cpuMs: (user + system) / 1000 / gets }
}

/** Gets of one object by the wrapper and by the client alone, in turn. CPU of this process only. */
export const measureGets = async (
  address: S3Address,
  load: GetLoad,
): Promise<readonly GetFigures[]> => {
  const client = clientOf(address)
  if (!(await client.bucketExists(bucket))) await client.makeBucket(bucket, 'us-east-1')
  const { endpoint, ...credentials } = address
  const store = await createS3ObjectStore({
    endpoint,
    credentials,
    bucket,
    prefix: 'gets',
    region: 'us-east-1',
    connections: 16,
    limits: defaultS3Limits,
    clock: systemClock,
    random: systemRandom,
    conditionalWrites: 'required',
  })
  try {
    const name = `${load.bytes}.bin`
    await store.put(name, Buffer.alloc(load.bytes, 'archive'))
    const uri = store.uriOf(name)
    const ways: readonly (readonly [GetFigures['way'], Get])[] = [
      ['raw client', () => rawGet(client, `gets/${name}`)],
      ['wrapper', async () => (await store.get(uri))?.length ?? 0],
    ]
    for (const [, get] of ways) await round(get, load)
    const rounds = ways.map(() => [] as Awaited<ReturnType<typeof round>>[])
    for (let count = 0; count < load.rounds; count++)
      for (const [index, [, get]] of ways.entries()) rounds[index]?.push(await round(get, load))
    return ways.map(([way], index) => ({
      bytes: load.bytes,
      way,
      megabytesPerSecond: (rounds[index] ?? []).map(({ rate }) => Math.round(rate)),
      cpuMsPerGet: (rounds[index] ?? []).map(({ cpuMs }) => Number(cpuMs.toFixed(3))),
    }))
  } finally {
    await store.close()
  }
}
