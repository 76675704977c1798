import { randomUUID } from 'node:crypto'
import { defaultS3Limits } from '../../drivers/s3/options.ts'
import { createS3ObjectStore } from '../../drivers/s3/s3-object-store.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { systemRandom } from '../../drivers/system/system-random.ts'
import { clientOf, type S3Address } from '../../test/services/s3.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import { bucket, objectName, prefix, type TransferLoad, type Way } from './transfer-load.ts'

/** Moves one object and answers its length. */
export type Transfer = () => Promise<number>

export const openStore = ({ endpoint, ...credentials }: S3Address): Promise<ObjectStore> =>
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

/** The bytes that are put and got. */
export const objectOf = ({ bytes }: TransferLoad): Buffer => Buffer.alloc(bytes, 'archive')

/** Gets of one object, each into one buffer, or puts of it under new names. */
export const transferOf = async (
  way: Way,
  address: S3Address,
  load: TransferLoad,
): Promise<Transfer> => {
  const object = objectOf(load)
  const { length } = object
  if (way === 'raw client') {
    const client = clientOf(address)
    if (load.verb === 'get') return () => rawGet(client, `${prefix}/${objectName(load)}`)
    return () => client.putObject(bucket, `${prefix}/${randomUUID()}`, object).then(() => length)
  }
  const store = await openStore(address)
  const uri = store.uriOf(objectName(load))
  if (load.verb === 'get') return async () => (await store.get(uri))?.length ?? 0
  return () => store.put(randomUUID(), object).then(() => length)
}

/** As whoever uses the client alone does it. */
const rawGet = async (client: ReturnType<typeof clientOf>, key: string): Promise<number> => {
  const chunks: Buffer[] = []
  for await (const chunk of await client.getObject(bucket, key)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).length
}
