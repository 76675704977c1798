// One worker of the proof of the sinks: the real engine and sinks in a process of its own, until SIGTERM.
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { createRedisCache } from '../../../drivers/redis/redis-cache.ts'
import { createS3ObjectStore } from '../../../drivers/s3/s3-object-store.ts'
import { systemClock as clock } from '../../../drivers/system/system-clock.ts'
import { systemRandom as random } from '../../../drivers/system/system-random.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'
import { createInlinePureRunner } from '../../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { runTopology } from '../../../topology/runtime/run-topology.ts'
import { logOptions } from '../kafka/log-options.ts'
import { runningLine } from '../kafka/workers.ts'
import { redisOptions, storeOptions } from './places.ts'
import { sinksTopology } from './sinks-topology.ts'
import { vectorsAt } from './vector-places.ts'

const [, bootstrap = '', sessionMs = '', endpoint = '', redisUrl = '', vectorsUrl = ''] =
  process.argv.slice(2)

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
  const objects = await createS3ObjectStore(storeOptions(endpoint))
  const cache = await createRedisCache(redisOptions(redisUrl))
  const topology = sinksTopology()
  const identity = { codeVersion: 'proof', configHash: '' }
  const vectors = await vectorsAt(vectorsUrl)
  const running = await runTopology({
    topology,
    log,
    registry: createPackageSchemaRegistry(),
    ports: { clock, random, identity, objects, cache, vectors } as Ports,
    pure: createInlinePureRunner(topology),
    telemetry: { emit },
    options: {
      ...defaultRuntimeOptions,
      retry: { ...defaultRuntimeOptions.retry, maxMs: 500 },
    },
  })
  say(runningLine)
  await Promise.race([asked, running.ended])
  const reports = await running.stop()
  for (const port of [log, cache, objects]) await port.close()
  say(`stopped, left in flight: ${reports.reduce((sum, { abandoned }) => sum + abandoned, 0)}`)
}

// Whoever cannot start or go on says why and ends; the harness starts another one.
run().catch((error: unknown) => {
  say(error instanceof Error ? error.message : 'failed')
  process.exit(1)
})
