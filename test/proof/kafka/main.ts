// npm run proof:kafka -- [--small] [--seed N] [--delivery at-least-once|exactly-once] [--verbose] [--keep]
//   [--broker kafka-4.3.1|kafka-3.9.2] [--brokers 1|3] [--records N] [--broker-kills N]
//
// Real workers on a real broker, or on three with three copies, killed, frozen, joined and told to leave; the full run writes what came of it to
// docs/proof.md. Ends with 1 when a promise was broken.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brokerFolders, startKafkaCluster } from '../../services/kafka-cluster.ts'
import { unwatchFolder, watchFolder } from '../../services/processes.ts'
import { keepBrokerLog, readBrokerFaults, type BrokerFaults } from './broker-log.ts'
import { holds, prove, type ProofOptions } from './proof.ts'
import { linesOf, writeReport } from './report.ts'

const { values } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    delivery: { type: 'string', default: 'at-least-once' },
    verbose: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    broker: { type: 'string', default: 'kafka-4.3.1' },
    brokers: { type: 'string', default: '1' },
    records: { type: 'string' },
    'broker-kills': { type: 'string' },
  },
})

const deliveries = ['at-least-once', 'exactly-once'] as const
const delivery = deliveries.find((each) => each === values.delivery)
if (!delivery) throw new Error(`--delivery is one of ${deliveries.join(', ')}`)

const brokerNames = ['kafka-4.3.1', 'kafka-3.9.2'] as const
const brokerName = brokerNames.find((each) => each === values.broker)
if (!brokerName) throw new Error(`--broker is one of ${brokerNames.join(', ')}`)

const brokers = Number(values.brokers)
if (brokers !== 1 && brokers !== 3) throw new Error('--brokers is 1 or 3')

const common = {
  seed: Number(values.seed),
  delivery,
  workers: 4,
  quietMs: 120_000,
}

const small: ProofOptions = {
  ...common,
  records: 20_000,
  sessionMs: 1_200,
  faults: { kill: 20, freeze: 20, service: 3, 'join-and-leave': 3 },
}

const full: ProofOptions = {
  ...common,
  records: 200_000,
  sessionMs: 2_000,
  faults: { kill: 60, freeze: 60, service: 10, 'join-and-leave': 10 },
}

const planned = values.small ? small : full
const options: ProofOptions = {
  ...planned,
  records: Number(values.records ?? planned.records),
  faults: { ...planned.faults, service: Number(values['broker-kills'] ?? planned.faults.service) },
}

const page = fileURLToPath(new URL('../../../../docs/proof.md', import.meta.url))
const started = performance.now()
const say = (line: string): void => {
  if (values.verbose) console.log(`${((performance.now() - started) / 1_000).toFixed(1)} ${line}`)
}

const folder = mkdtempSync(join(tmpdir(), 'archive-streams-proof-'))
watchFolder(folder)
/** Kafka 3.9 has other coordinators, which say nothing of the kind. */
const faultsOfBroker = (): BrokerFaults | undefined =>
  brokerName === 'kafka-4.3.1' ? readBrokerFaults(brokerFolders(folder, brokers)) : undefined

const broker = await startKafkaCluster({
  name: brokerName,
  brokers,
  folder,
  javaOptions: keepBrokerLog,
})
try {
  const report = await prove(options, broker, folder, say)
  const lines = linesOf(options, report, { name: brokerName, brokers }, faultsOfBroker())
  console.log([`Delivery ${options.delivery}:`, ...lines].join('\n'))
  for (const line of [...report.verdict.examples, ...report.behind, ...report.gaveUp])
    console.log(line)
  if (!values.small)
    writeReport(page, brokers === 1 ? delivery : `${delivery}, three brokers`, lines)
  if (!holds(report)) process.exitCode = 1
} finally {
  await broker.stop()
  if (!values.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  unwatchFolder(folder)
}
