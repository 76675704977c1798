// A process that does the sub-topology `embed` as `run` does, and says what that cost. Started by `startMember`, which tells it by
// messages what to do; ends with its parent.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { compose } from '../../cli/compose.ts'
import { keepHeapSmall } from '../../cli/keep-heap-small.ts'
import { keepYoungYoung } from '../../cli/keep-young-young.ts'
import { loadOrFail } from '../../cli/load-config.ts'
import type { Telemetry } from '../../topology/ports/telemetry.ts'
import { runTopology } from '../../topology/runtime/run-topology.ts'
import type { MemberFigures, MemberRequest, Settings } from './start-member.ts'

keepHeapSmall()
keepYoungYoung()
const settings = JSON.parse(process.argv[2] ?? '[]') as Settings
const config = loadOrFail(
  'kafka',
  settings.map(([path, value]) => ({ flag: '--set', path, value })),
)

const counts = { requests: 0, items: 0, deadLetters: 0, retries: 0 }
const telemetry: Telemetry = {
  emit: (event) => {
    if (event.kind === 'inference') {
      counts.requests++
      counts.items += event.items
    }
    if (event.kind === 'dead-letter') counts.deadLetters++
    if (event.kind === 'retry') counts.retries++
    if (event.kind === 'fatal') process.stderr.write(`${event.message}\n`)
  },
}

/** Each value has the millisecond of the resolution in it. */
const delays = monitorEventLoopDelay({ resolution: 1 })
let startedAt = performance.now()
let cpuBefore = process.cpuUsage()

const begin = (): void => {
  for (const name of ['requests', 'items', 'deadLetters', 'retries'] as const) counts[name] = 0
  startedAt = performance.now()
  cpuBefore = process.cpuUsage()
  delays.reset()
}

const figures = (): MemberFigures => {
  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    ...counts,
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    delayMs: {
      p50: delays.percentile(50) / 1e6,
      p99: delays.percentile(99) / 1e6,
      p999: delays.percentile(99.9) / 1e6,
      max: delays.max / 1e6,
    },
    rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }
}

const composition = await compose(config, telemetry)
const running = await runTopology(composition.env, ['embed'])
running.ended.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`)
  process.exit(1)
})
delays.enable()

const stop = async (): Promise<void> => {
  await running.stop()
  await composition.close()
  process.exit(0)
}
process.on('message', (request: MemberRequest) => {
  if (request === 'begin') begin()
  if (request === 'figures') process.send?.(figures())
  if (request === 'stop') void stop()
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
