// npm run proof:sinks -- [--small] [--seed N] [--store minio|versitygw] [--vectors embedded|qdrant] [--records N] [--verbose] [--keep]
//
// Real sinks on a real Kafka, a real object store behind a proxy that breaks requests, and a real Redis; processes and
// stores are killed and frozen. The full run writes what came of it to docs/proof.md. Ends with 1 when a promise was broken.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startKafka } from '../../services/kafka.ts'
import { unwatchFolder, watchFolder } from '../../services/processes.ts'
import { startRedis } from '../../services/redis.ts'
import { s3Names, startS3 } from '../../services/s3.ts'
import { startVectorEngine } from '../../services/vector-engine.ts'
import { writeReport } from '../kafka/report.ts'
import { proveSinks, sinksHold, type SinksProofOptions } from './proof.ts'
import { sinksLinesOf } from './report.ts'

const { values } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', default: 'minio' },
    vectors: { type: 'string', default: 'embedded' },
    records: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})

const storeName = s3Names.find((each) => each === values.store)
if (!storeName) throw new Error(`--store is one of ${s3Names.join(', ')}`)

const isQdrant = values.vectors === 'qdrant'
if (!isQdrant && values.vectors !== 'embedded') throw new Error('--vectors is embedded or qdrant')

const common = { seed: Number(values.seed), workers: 4, faultShare: 0.01 }

const small: SinksProofOptions = {
  ...common,
  records: 15_000,
  quietMs: 120_000,
  sessionMs: 1_200,
  faults: { kill: 15, freeze: 15, service: 16, 'join-and-leave': 0 },
}

const full: SinksProofOptions = {
  ...common,
  records: 300_000,
  quietMs: 600_000,
  sessionMs: 2_000,
  faults: { kill: 60, freeze: 60, service: 40, 'join-and-leave': 10 },
}

const planned = values.small ? small : full
const options: SinksProofOptions = {
  ...planned,
  records: Number(values.records ?? planned.records),
}

const page = fileURLToPath(new URL('../../../../docs/proof.md', import.meta.url))
const started = performance.now()
const say = (line: string): void => {
  if (values.verbose) console.log(`${((performance.now() - started) / 1_000).toFixed(1)} ${line}`)
}

const folder = mkdtempSync(join(tmpdir(), 'archive-streams-proof-'))
watchFolder(folder)
const stops: (() => Promise<void>)[] = []
const kept = <S extends { readonly stop: () => Promise<void> }>(service: S): S => {
  stops.push(() => service.stop())
  return service
}
try {
  const kafka = kept(await startKafka('kafka-4.3.1', join(folder, 'broker'), 'parent'))
  const store = kept(await startS3(storeName, join(folder, 'store'), 'parent'))
  const redis = kept(await startRedis(join(folder, 'redis'), 'parent'))
  const engine = isQdrant && kept(await startVectorEngine(join(folder, 'vectors'), 'parent'))
  const services = { kafka, store, redis, ...(engine && { engine }) }
  const report = await proveSinks(options, services, folder, say)
  const places = [storeName, 'Redis', isQdrant ? "Qdrant's engine" : 'embedded vector index']
  const lines = sinksLinesOf(options, report, places)
  console.log(lines.join('\n'))
  const wrong = [...report.verdict.examples, ...report.behind, ...report.gaveUp, ...report.letters]
  for (const line of wrong.slice(0, 60)) console.log(line)
  if (!values.small && !isQdrant) writeReport(page, 'sinks', lines)
  if (!sinksHold(report)) process.exitCode = 1
} finally {
  for (const stop of stops) await stop()
  if (!values.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  unwatchFolder(folder)
}
