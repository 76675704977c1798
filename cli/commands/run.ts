import type { Config } from '../../config/schema.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { Figures } from '../../drivers/telemetry/figures.ts'
import type { OperationsServer } from '../../drivers/telemetry/operations-server.ts'
import { nearest } from '../../topology/model/nearest.ts'
import { createPipeline } from '../../topology/pipeline.ts'
import type { Telemetry } from '../../topology/ports/telemetry.ts'
import { runTopology, type RunningTopology } from '../../topology/runtime/run-topology.ts'
import { compose } from '../compose.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { onInterrupt } from '../job/signals.ts'
import type { WatchedInbox } from '../../drivers/embedded/inbox/take-inbox.ts'
import { takeHanded } from '../job/take-handed.ts'
import { serveOperations } from '../operations/serve-operations.ts'
import { counted } from '../output.ts'
import { pipelineOptionsOf } from '../pipeline-options.ts'
import { noteLeftOut } from '../publish/left-out.ts'
import { publish } from '../publish/publish.ts'
import type { CommandContext } from './context.ts'

/** Keeps running, all sub-topologies or the named ones, until told to stop; then drains and leaves. */
export const run = async (
  { config, output }: CommandContext,
  telemetry: Telemetry,
  only: readonly string[] | undefined,
  publishes = true,
): Promise<number> => {
  for (const name of only ?? []) checkPart(name, config)
  let told: () => void = () => undefined
  const asked = new Promise<void>((resolve) => (told = resolve))
  const stopping = onInterrupt(told)
  if (stopping()) return exitCodes.ok
  const figures = new Figures(telemetry, systemClock.now)
  const composition = await compose(config, figures)
  const { env } = composition
  let running: RunningTopology | undefined
  let inbox: WatchedInbox | undefined
  let operations: OperationsServer | undefined
  try {
    running = await runTopology(env, only)
    operations = await serveOperations(composition, running, config, figures)
    inbox = takeHanded(composition, (text) => output.note(text))
    const names = running.parts.map((part) => part.name).join(', ')
    output.note(`running ${names}; Ctrl-C, SIGTERM or SIGHUP drains`)
    if (operations) output.note(`metrics at ${operations.url}/metrics`)
    if (publishes && config.sources.length > 0) {
      const { identity, clock } = env.ports
      const request = {
        paths: config.sources,
        tenant: config.tenant,
        operation: 'ARCHIVE',
      } as const
      const more = {
        identity,
        now: clock.now(),
        dataDir: composition.dataDir,
        stopped: stopping,
      }
      const published = await publish(env.log, env.registry, { ...request, ...more })
      noteLeftOut(published, (text) => output.note(text))
    }
    await Promise.race([asked, running.ended])
    output.note('draining')
    await inbox.stop()
    const reports = await running.stop()
    const abandoned = reports.reduce((sum, report) => sum + report.abandoned, 0)
    output.value({ stopped: true, abandoned })
    const left = `${counted(abandoned, 'record')} in flight, to be done by the next run`
    output.line(abandoned === 0 ? 'stopped' : `stopped; ${left}`)
    return exitCodes.ok
  } finally {
    await inbox?.stop()
    // Whatever ended it: parts that still poll would keep the process.
    await running?.stop()
    await operations?.close()
    await composition.close()
  }
}

/** Throws before anything is touched when there is no such sub-topology. */
const checkPart = (name: string, config: Config): void => {
  const names = createPipeline(pipelineOptionsOf(config)).subTopologies.map((part) => part.name)
  if (names.includes(name)) return
  const meant = nearest(name, names)
  const hint = meant ? ` (Did you mean ${meant}?)` : ''
  const message = `no sub-topology "${name}"${hint}; there are ${names.join(', ')}`
  throw new CommandError(exitCodes.usage, message)
}
