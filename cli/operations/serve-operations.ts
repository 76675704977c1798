import type { Config } from '../../config/schema.ts'
import type { Figures } from '../../drivers/telemetry/figures.ts'
import { liveness, readiness } from '../../drivers/telemetry/health.ts'
import type { Reading } from '../../drivers/telemetry/metric-family.ts'
import {
  startOperationsServer,
  type OperationsServer,
} from '../../drivers/telemetry/operations-server.ts'
import { backlogOf } from '../../gpu-runners/batching/backlog.ts'
import type { RunningTopology } from '../../topology/runtime/run-topology.ts'
import type { Composition } from '../compose.ts'
import { packageVersion } from '../identity.ts'
import { modelsUsed } from '../job/models-used.ts'
import { createLagReader } from './read-lags.ts'
import { announce, type ProcessStatus } from './process-status.ts'

/** Answers /metrics, /health and /status of a running job until it is closed; undefined when the configuration says no. */
export const serveOperations = async (
  { env, dataDir }: Pick<Composition, 'env' | 'dataDir'>,
  running: Pick<RunningTopology, 'parts'>,
  { http, prices }: Pick<Config, 'http' | 'prices'>,
  figures: Figures,
): Promise<OperationsServer | undefined> => {
  if (!http.enabled) return undefined
  const { clock } = env.ports
  const lags = createLagReader(env, running)
  const states = () => running.parts.map((part) => part.state())

  const read = async (): Promise<Reading> => ({
    figures,
    parts: states(),
    lags: await lags.read(),
    lagFailures: lags.failures(),
    backlog: backlogOf(env.ports.models),
    now: clock.now(),
    version: packageVersion,
    topologyHash: env.topology.hash,
  })

  const status = (): ProcessStatus => ({
    pid: process.pid,
    version: packageVersion,
    parts: states().map((state) => {
      const at = figures.parts.get(state.subTopology)?.committedAt
      return {
        ...state,
        commitAgeSeconds: at === undefined ? null : (clock.now() - at) / 1_000,
      }
    }),
    backlog: backlogOf(env.ports.models).map(({ oldestMs, ...each }) => ({
      ...each,
      oldestSeconds: oldestMs === undefined ? null : oldestMs / 1_000,
    })),
    models: modelsUsed(
      [...figures.parts].map(([name, part]) => [
        name,
        new Map([...part.counted].map(([[figure = ''], sum]) => [figure, sum])),
      ]),
    ),
    currency: prices.currency,
  })

  let exposition: ReturnType<typeof openExposition> | undefined
  const openExposition = async () => {
    // Loaded when first asked for: it costs a start tens of milliseconds.
    const { createExposition } = await import('../../drivers/telemetry/prometheus.ts')
    return createExposition(read)
  }

  const server = await startOperationsServer(http, {
    metrics: async () => {
      exposition ??= openExposition()
      const { contentType, text } = await exposition
      return { contentType, text: await text() }
    },
    live: () => liveness(states(), clock.now(), http.stalledMs),
    ready: () => readiness(states()),
    status,
  })
  const withdraw = announce(dataDir, server.url)
  return {
    url: server.url,
    close: async () => {
      withdraw()
      await server.close()
    },
  }
}
