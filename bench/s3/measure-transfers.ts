import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { clientOf, type S3Address } from '../../test/services/s3.ts'
import {
  bucket,
  objectName,
  prefix,
  ways,
  type TransferLoad,
  type TransferRound,
  type Way,
} from './transfer-load.ts'
import { objectOf, openStore } from './transfer-ways.ts'

/** The rounds of both ways; those with the same index were next to each other. */
export type TransferRounds = Readonly<Record<Way, readonly TransferRound[]>>

const script = fileURLToPath(
  new URL(`transfer-process.${import.meta.url.slice(-2)}`, import.meta.url),
)
/** Rounds before the first that counts: code is compiled, memory is had, connections stand. */
const warmRounds = 2

/** Each way in a process of its own, so that neither collects the other's garbage, in turn, and each first in every other round. */
export const measureTransfers = async (
  address: S3Address,
  load: TransferLoad,
): Promise<TransferRounds> => {
  await putObject(address, load)
  const children = new Map<Way, ChildProcess>()
  try {
    for (const way of ways) children.set(way, await start(way, address, load))
    const rounds = { 'raw client': [], wrapper: [] } as Record<Way, TransferRound[]>
    for (let done = -warmRounds; done < load.rounds; done++) {
      for (const way of done % 2 === 0 ? ways : ways.toReversed()) {
        const figures = await roundOf(children.get(way)!)
        if (done >= 0) rounds[way].push(figures)
        if (load.verb === 'put') await removePut(address, load)
      }
    }
    return rounds
  } finally {
    for (const child of children.values()) child.kill()
  }
}

const start = async (way: Way, address: S3Address, load: TransferLoad): Promise<ChildProcess> => {
  const child = fork(script, [JSON.stringify([way, address, load])])
  await answerOf(child)
  return child
}

const roundOf = async (child: ChildProcess): Promise<TransferRound> => {
  child.send('round')
  return (await answerOf(child)) as TransferRound
}

/** Throws when the process ends instead of answering. */
const answerOf = async (child: ChildProcess): Promise<unknown> => {
  const ended = new AbortController()
  const fail = () => ended.abort(new Error('a process of the benchmark ended'))
  child.once('exit', fail)
  try {
    const [answer] = (await once(child, 'message', { signal: ended.signal })) as [unknown]
    return answer
  } finally {
    child.off('exit', fail)
  }
}

const putObject = async (address: S3Address, load: TransferLoad): Promise<void> => {
  const client = clientOf(address)
  if (!(await client.bucketExists(bucket))) await client.makeBucket(bucket, 'us-east-1')
  const store = await openStore(address)
  await store.put(objectName(load), objectOf(load))
  await store.close()
}

/** What was put goes, or the disk fills up; between rounds, so that nobody's time counts it. */
const removePut = async (address: S3Address, load: TransferLoad): Promise<void> => {
  const client = clientOf(address)
  const names: string[] = []
  for await (const { name } of client.listObjectsV2(bucket, `${prefix}/`))
    if (name !== `${prefix}/${objectName(load)}`) names.push(name)
  await client.removeObjects(bucket, names)
}
