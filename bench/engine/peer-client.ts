// This engine as one client among others, for a harness that knows nothing of it. See README.md beside this file.
import { keepYoungYoung } from '../../cli/keep-young-young.ts'
import { createPackageSchemaRegistry } from '../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { createKafkaRecordLog, type KafkaRecordLog } from '../../drivers/kafka/kafka-record-log.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import { systemRandom as random } from '../../drivers/system/system-random.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { Ports } from '../../topology/ports/ports.ts'
import type { RecordLog } from '../../topology/ports/record-log.ts'
import type { TelemetryEvent } from '../../topology/ports/telemetry.ts'
import { createInlinePureRunner } from '../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions } from '../../topology/runtime/options.ts'
import { runTopology } from '../../topology/runtime/run-topology.ts'
import { peerArgumentsOf, type PeerArguments } from './peer-arguments.ts'
import { peerTopology } from './peer-topology.ts'
import { withRawBytes } from './raw-bytes.ts'

const counts = { records: 0, deadLetters: 0, retries: 0, fenced: 0, assignments: 0 }
let ready = false

const emit = (event: TelemetryEvent): void => {
  if (event.kind === 'finished') counts.records++
  else if (event.kind === 'dead-letter') counts.deadLetters++
  else if (event.kind === 'retry') counts.retries++
  else if (event.kind === 'fenced') counts.fenced++
  else if (event.kind === 'notice' || event.kind === 'fatal') console.error(event.message)
  else if (event.kind === 'assigned') {
    counts.assignments++
    if (!ready) console.log(`ready partitions=${event.partitions}`)
    ready = true
  }
}

const openLog = (args: PeerArguments): Promise<KafkaRecordLog> =>
  createKafkaRecordLog({
    brokers: args.bootstrap.split(','),
    clientId: 'archive-streams-peer',
    clock,
    createTopics: true,
    sessionTimeoutMs: args.session,
    heartbeatMs: Math.min(3_000, Math.floor(args.session / 3)),
    lingerMs: args.commit,
    notice: (message) => emit({ kind: 'notice', subTopology: 'record-log', message }),
  })

/** The group is the one that was asked for, so that others can look at its offsets. */
const joiningAs = (log: RecordLog, group: string): RecordLog => ({
  ...log,
  join: (_, topics, delivery) => log.join(group, topics, delivery),
})

const asked = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
})

const run = async (args: PeerArguments): Promise<void> => {
  const log = await openLog(args)
  try {
    const names = args.work === 'sink' ? [args.in] : [args.in, args.out]
    const [from = 0, out = 0] = await log.partitionsOf(names as TopicName[])
    const partitions = { in: from, out }
    const topology = peerTopology(args, partitions)
    const running = await runTopology({
      topology,
      log: joiningAs(log, args.group),
      registry: withRawBytes(createPackageSchemaRegistry()),
      ports: { clock, random, identity: { codeVersion: 'bench', configHash: '' } } as Ports,
      pure: createInlinePureRunner(topology),
      telemetry: { emit },
      options: {
        ...defaultRuntimeOptions,
        maxCommitRecords: 10_000,
        // Small records that nothing waits for: as many as fill a commit. With the default a partition waits for its commits.
        ...(args.work === 'pass' && { maxInFlightRecords: 2_048 }),
        delivery: Object.fromEntries(
          topology.subTopologies.map(({ name }) => [name, args.delivery] as const),
        ),
      },
    })
    await Promise.race([asked, running.ended])
    const reports = await running.stop()
    const abandoned = reports.reduce((sum, each) => sum + each.abandoned, 0)
    const { user, system } = process.cpuUsage()
    const cpuSeconds = (user + system) / 1e6
    const rssMb = Math.round(process.memoryUsage.rss() / 2 ** 20)
    console.log(JSON.stringify({ ...counts, abandoned, cpuSeconds, rssMb }))
  } finally {
    await log.close()
  }
}

keepYoungYoung()
try {
  await run(peerArgumentsOf(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : 'failed')
  process.exitCode = 1
}
