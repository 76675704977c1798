import type { SinkContext } from '../model/stage.ts'
import type { PartEnvironment } from './environment.ts'
import type { Call } from './lifetime.ts'

/** What one call to a sink gets besides its records. */
export const sinkContext = (env: PartEnvironment, call: Call): SinkContext => ({
  ports: env.ports,
  attempt: call.attempt,
  get signal() {
    return call.signal
  },
})
