import type { Telemetry } from '../../topology/ports/telemetry.ts'
import { runTopology } from '../../topology/runtime/run-topology.ts'
import { compose } from '../compose.ts'
import { exitCodes } from '../exit-codes.ts'
import { onInterrupt } from '../job/signals.ts'
import { publish } from '../publish/publish.ts'
import type { CommandContext } from './context.ts'

/** Keeps running, all sub-topologies or the named ones, until told to stop; then drains and leaves. */
export const run = async (
  { config, output }: CommandContext,
  telemetry: Telemetry,
  only: readonly string[] | undefined,
): Promise<number> => {
  const composition = await compose(config, telemetry)
  const { env } = composition
  try {
    const running = await runTopology(env, only)
    const names = running.parts.map((part) => part.name).join(', ')
    output.note(`running ${names}; Ctrl-C or SIGTERM drains`)
    const asked = new Promise<void>((resolve) => onInterrupt(resolve))
    if (config.sources.length > 0) {
      const { identity, clock } = env.ports
      const request = {
        paths: config.sources,
        tenant: config.tenant,
        operation: 'ARCHIVE',
      } as const
      await publish(env.log, env.registry, { ...request, identity, now: clock.now() })
    }
    await Promise.race([asked, running.ended])
    output.note('draining')
    const reports = await running.stop()
    const abandoned = reports.reduce((sum, report) => sum + report.abandoned, 0)
    output.value({ stopped: true, abandoned })
    output.line(abandoned === 0 ? 'stopped' : `stopped; ${abandoned} records in flight come again`)
    return exitCodes.ok
  } finally {
    await composition.close()
  }
}
