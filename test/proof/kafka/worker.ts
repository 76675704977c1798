// One worker of the proof: the real engine on drivers/kafka, in a process of its own, until SIGTERM.
import { withRawBytes } from '../../../bench/engine/raw-bytes.ts'
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { systemClock as clock } from '../../../drivers/system/system-clock.ts'
import { systemRandom as random } from '../../../drivers/system/system-random.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'
import { createInlinePureRunner } from '../../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { runTopology } from '../../../topology/runtime/run-topology.ts'
import { logOptions } from './log-options.ts'
import { proofTopology } from './proof-topology.ts'
import { runningLine } from './workers.ts'

const [worker = '', bootstrap = '', sessionMs = '', sinkUrl = '', mode = ''] = process.argv.slice(2)
const delivery = mode === 'exactly-once' ? mode : 'at-least-once'

const say = (line: string): void =>
  void process.stdout.write(`${new Date(clock.now()).toISOString()} ${line}\n`)

const emit = (event: TelemetryEvent): void => {
  if (event.kind === 'assigned' || event.kind === 'revoked')
    say(`${event.subTopology} ${event.kind} ${event.partitions}`)
  else if (event.kind === 'fenced') say(`${event.subTopology} fenced`)
  else if (event.kind === 'notice' || event.kind === 'fatal') say(`${event.kind} ${event.message}`)
}

const asked = new Promise<void>((resolve) => process.once('SIGTERM', resolve))

const run = async (): Promise<void> => {
  const log = await createKafkaRecordLog({
    ...logOptions(bootstrap, Number(sessionMs)),
    notice: (message) => emit({ kind: 'notice', subTopology: 'record-log', message }),
  })
  const topology = proofTopology({ url: sinkUrl, worker })
  const running = await runTopology({
    topology,
    log,
    registry: withRawBytes(createPackageSchemaRegistry()),
    ports: { clock, random, identity: { codeVersion: 'proof', configHash: '' } } as Ports,
    pure: createInlinePureRunner(topology),
    telemetry: { emit },
    options: {
      ...defaultRuntimeOptions,
      retry: { ...defaultRuntimeOptions.retry, maxMs: 500 },
      delivery: { work: delivery, deliver: delivery },
    },
  })
  say(runningLine)
  await Promise.race([asked, running.ended])
  const reports = await running.stop()
  await log.close()
  say(`stopped, left in flight: ${reports.reduce((sum, { abandoned }) => sum + abandoned, 0)}`)
}

// Whoever cannot start or go on says why and ends; the harness starts another one.
run().catch((error: unknown) => {
  say(error instanceof Error ? error.message : 'failed')
  process.exit(1)
})
