import type { Clock } from '../../topology/ports/clock.ts'
import type { ModelServer } from '../../topology/ports/model-server.ts'
import type { Telemetry } from '../../topology/ports/telemetry.ts'

/** Tells of every request: how many items, how long, and whether it was answered. One that was given up is not told. */
export const observedModelServer = (
  server: ModelServer,
  telemetry: Telemetry,
  clock: Clock,
): ModelServer => ({
  ...server,
  infer: async (request, signal) => {
    const began = clock.now()
    const tell = (ok: boolean): void =>
      telemetry.emit({
        kind: 'inference',
        subTopology: 'models',
        model: request.model,
        items: request.inputs.length,
        ok,
        ms: clock.now() - began,
      })
    try {
      const response = await server.infer(request, signal)
      tell(true)
      return response
    } catch (error) {
      if (!signal?.aborted) tell(false)
      throw error
    }
  },
})
