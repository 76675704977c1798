// node dist/test/proof/kafka/broker-alone.js [kafka-4.3.1|kafka-3.9.2] [ROUNDS]
//
// A broker with a long topic of committed offsets is killed and restarted, and asked for the last of them from the first
// moment on. Every answer that is no error must be that one. Nothing of the group driver takes part.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootOf } from '../../../drivers/kafka/errors.ts'
import { createAdmin, createCluster, type Cluster } from '../../../drivers/kafka/kafkajs.ts'
import { fetchStableOffsets } from '../../../drivers/kafka/wire/transaction-requests.ts'
import { startKafka } from '../../services/kafka.ts'
import { unwatchFolder, watchFolder } from '../../services/processes.ts'

const topic = 'asked'
const filling = { requests: 400, offsets: 500 } as const
const longestMs = 20_000
const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const name = process.argv[2] === 'kafka-3.9.2' ? 'kafka-3.9.2' : 'kafka-4.3.1'
const rounds = Number(process.argv[3] ?? 10)
const folder = mkdtempSync(join(tmpdir(), 'archive-streams-broker-'))
watchFolder(folder)
const broker = await startKafka(name, folder, 'parent')
const connection = { brokers: [broker.address.bootstrap], clientId: 'asking' }
let last = 0

const connected = async <T>(use: (cluster: Cluster) => Promise<T>): Promise<T> => {
  const cluster = createCluster(connection)
  try {
    await cluster.connect()
    return await use(cluster)
  } finally {
    await cluster.disconnect().catch(() => undefined)
  }
}

const commit = (cluster: Cluster, groupId: string, offsets: readonly number[]): Promise<unknown> =>
  cluster.findGroupCoordinator({ groupId }).then((coordinator) => {
    const partitions = offsets.map((offset) => ({
      partition: 0,
      offset: String(offset),
      metadata: '.'.repeat(60),
    }))
    const nobody = { memberId: '', groupGenerationId: -1 }
    return coordinator.offsetCommit({ groupId, ...nobody, topics: [{ topic, partitions }] })
  })

const fill = (requests: number): Promise<void> =>
  connected(async (cluster) => {
    for (let count = 0; count < requests; count++) {
      await commit(
        cluster,
        'others',
        Array.from({ length: filling.offsets }, (_, offset) => offset),
      )
      await commit(cluster, 'asking', [++last])
    }
  })

/** What the broker answers, each once, until it answers what was committed. */
const answers = async (): Promise<readonly string[]> => {
  const seen: string[] = []
  const ask = (): Promise<void> =>
    connected(async (cluster) => {
      const coordinator = await cluster.findGroupCoordinator({ groupId: 'asking' })
      while (seen.at(-1) !== String(last)) {
        const topics = [{ topic, partitions: [{ partition: 0 }] }]
        const [found] = await fetchStableOffsets(coordinator, 'asking', topics)
        const offset = found?.partitions[0]?.offset ?? 'none'
        if (offset !== seen.at(-1)) seen.push(offset)
        await pass(2)
      }
    })
  const until = performance.now() + longestMs
  while (seen.at(-1) !== String(last) && performance.now() < until) {
    await ask().catch((error: unknown) => {
      const { type } = rootOf(error)
      if (type !== undefined && type !== seen.at(-1)) seen.push(type)
    })
    await pass(10)
  }
  return seen
}

try {
  const admin = createAdmin(createCluster(connection))
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] })
  await admin.disconnect()
  await fill(filling.requests)
  let wrong = 0
  for (let round = 1; round <= rounds; round++) {
    await fill(5)
    await broker.kill()
    const [seen] = await Promise.all([answers(), broker.restart()])
    const old = seen.filter((each) => /^-?\d+$/.test(each) && each !== String(last))
    if (old.length > 0) wrong++
    console.log(`${round}: committed ${last}, answered ${seen.join(' ')}`)
  }
  console.log(`${name}: ${wrong} of ${rounds} restarts answered offsets that were older, or none`)
} finally {
  await broker.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  unwatchFolder(folder)
}
