// npm run proof:kafka -- [--small] [--seed N] [--delivery at-least-once|exactly-once] [--verbose] [--keep]
//   [--broker kafka-4.3.1|kafka-3.9.2] [--records N] [--broker-kills N]
//
// Real workers on a real broker, killed, frozen, joined and told to leave; the full run writes what came of it to
// docs/proof.md. Ends with 1 when a promise was broken.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startKafka } from '../../services/kafka.ts'
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
    records: { type: 'string' },
    'broker-kills': { type: 'string' },
  },
})

const deliveries = ['at-least-once', 'exactly-once'] as const
const delivery = deliveries.find((each) => each === values.delivery)
if (!delivery) throw new Error(`--delivery is one of ${deliveries.join(', ')}`)

const brokers = ['kafka-4.3.1', 'kafka-3.9.2'] as const
const brokerName = brokers.find((each) => each === values.broker)
if (!brokerName) throw new Error(`--broker is one of ${brokers.join(', ')}`)

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
  brokerName === 'kafka-4.3.1' ? readBrokerFaults(folder) : undefined

const broker = await startKafka(brokerName, join(folder, 'broker'), 'parent', keepBrokerLog(folder))
try {
  const report = await prove(options, broker, folder, say)
  const lines = linesOf(options, report, brokerName, faultsOfBroker())
  console.log([`Delivery ${options.delivery}:`, ...lines].join('\n'))
  for (const line of [...report.verdict.examples, ...report.behind, ...report.gaveUp])
    console.log(line)
  if (!values.small) writeReport(page, options.delivery, lines)
  if (!holds(report)) process.exitCode = 1
} finally {
  await broker.stop()
  if (!values.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  unwatchFolder(folder)
}
