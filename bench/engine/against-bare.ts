// This engine beside kafkajs alone on a real broker, in turn: CPU per record and records per second after a warm-up.
//
//     node dist/bench/engine/against-bare.js pass|wait [rounds] [records] [bytes]
//
// With BENCH_ONLY=engine,exactly-once only these. Delivery exactly-once commits in transactions.
import { kafka, stopServices } from '../../test/services/services.ts'
import { startClient } from './measured-client.ts'
import { openPeerTopics, partitions, type PeerTopics } from './peer-topics.ts'

const [
  work = 'pass',
  rounds = '3',
  records = work === 'wait' ? '100000' : '300000',
  bytes = '300',
] = process.argv.slice(2)
const count = Number(records)
const keys = 200
/** Share of the records that warm a client up and are not measured; of the last ones, few keys may be left. */
const warm = 0.25
const tail = 0.95

const extension = import.meta.url.slice(-2)
const peer = new URL(`./peer-client.${extension}`, import.meta.url)
const systems = {
  engine: { script: peer, args: {}, marks: false },
  'exactly-once': { script: peer, args: { delivery: 'exactly-once' }, marks: true },
  kafkajs: {
    script: new URL(`./bare-loop.${extension}`, import.meta.url),
    args: {},
    marks: false,
  },
}
/** For profiles: BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=/tmp/p". */
const nodeOptions = process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []
const only = process.env['BENCH_ONLY']
const commit = process.env['BENCH_COMMIT']

const until = async (count: () => Promise<number>, wanted: number): Promise<number> => {
  for (;;) {
    const there = await count()
    if (there >= wanted) return there
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const measure = async (
  topics: PeerTopics,
  bootstrap: string,
  name: keyof typeof systems,
  from: string,
): Promise<void> => {
  const system = systems[name]
  const out = await topics.create('out')
  const common = { bootstrap, in: from, out, group: out, work, ...(commit && { commit }) }
  const client = await startClient(system.script, { ...common, ...system.args }, nodeOptions)
  const there = () => (system.marks ? topics.committedBy(out) : topics.countIn(out))
  const startCount = await until(there, count * warm)
  const startCpu = client.cpuSeconds()
  const startedAt = performance.now()
  const endCount = await until(there, count * tail)
  const seconds = (performance.now() - startedAt) / 1_000
  const cpu = client.cpuSeconds() - startCpu
  await until(there, count)
  const memory = client.residentMb()
  await client.stop()
  const { outOfOrder, missing, twice } = await topics.check(out, count, keys)
  const done = endCount - startCount
  console.log(
    `${name.padEnd(12)} ${((cpu / done) * 1e6).toFixed(1)} µs/record, ${Math.round(done / seconds)} records/s, ${memory} MB; out of order ${outOfOrder}, missing ${missing}, twice ${twice}`,
  )
}

const { bootstrap } = (await kafka('kafka-4.3.1')).address
const topics = await openPeerTopics(bootstrap)
try {
  const from = await topics.create('in')
  await topics.fill(from, count, keys, Number(bytes))
  console.log(`${work}: ${count} records of ${bytes} bytes, ${keys} keys, ${partitions} partitions`)
  for (let round = 0; round < Number(rounds); round++)
    for (const name of Object.keys(systems) as (keyof typeof systems)[])
      if (only?.split(',').includes(name) ?? true) await measure(topics, bootstrap, name, from)
} finally {
  await topics.close()
  await stopServices()
}
