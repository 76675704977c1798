// A process of the topology of numbers-topology.ts: bootstrap, prefix, version of the stage, delivery. Drains on SIGTERM.
import { withRawBytes } from '../../../bench/engine/raw-bytes.ts'
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { systemClock as clock } from '../../../drivers/system/system-clock.ts'
import { systemRandom as random } from '../../../drivers/system/system-random.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import { createInlinePureRunner } from '../../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { runTopology } from '../../../topology/runtime/run-topology.ts'
import { optionsFor } from './connections.ts'
import { numbersTopology } from './numbers-topology.ts'

const [bootstrap = '', prefix = '', version = '', mode = ''] = process.argv.slice(2)
const delivery = mode === 'exactly-once' ? mode : 'at-least-once'

const topology = numbersTopology(Number(version))
const log = await createKafkaRecordLog(optionsFor(bootstrap, { prefix, sessionTimeoutMs: 1_500 }))
const running = await runTopology({
  topology,
  log,
  registry: withRawBytes(createPackageSchemaRegistry()),
  ports: { clock, random, identity: { codeVersion: version, configHash: '' } } as Ports,
  pure: createInlinePureRunner(topology),
  telemetry: { emit: () => undefined },
  options: { ...defaultRuntimeOptions, maxCommitRecords: 20, delivery: { double: delivery } },
})
const asked = new Promise<void>((resolve) => process.once('SIGTERM', resolve))
await Promise.race([asked, running.ended])
await running.stop()
await log.close()
