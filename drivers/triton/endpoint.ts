import { Pool } from 'undici'
import type { Clock } from '../../topology/ports/clock.ts'
import { exchange } from './exchange.ts'
import type { HttpAnswer, HttpRequest } from './exchange.ts'
import type { ModelBinding } from './model-binding.ts'
import type { TritonOptions } from './options.ts'

/** One server, with what is known of it. */
export interface Endpoint {
  readonly url: string
  /** Requests under way. */
  readonly inFlight: () => number
  /** Epoch milliseconds until which it is passed over. */
  readonly restsUntil: () => number
  /** It failed: it is passed over for a while, and its models are looked at anew, as it may have been restarted. */
  readonly rest: () => void
  /** Rejects as {@link exchange} does. */
  readonly send: (
    request: HttpRequest,
    timeoutMs: number,
    signal?: AbortSignal,
  ) => Promise<HttpAnswer>
  /** What its models were when last looked at, by name and version. */
  readonly bindings: Map<string, Promise<ModelBinding>>
  readonly close: () => Promise<void>
}

export const createEndpoint = (url: string, options: TritonOptions, clock: Clock): Endpoint => {
  const { connections, connectTimeoutMs, tls, headers, maxAnswerBytes, restMs } = options
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    connect: { timeout: connectTimeoutMs, ...tls },
  })
  const bindings = new Map<string, Promise<ModelBinding>>()
  let inFlight = 0
  let until = 0
  return {
    url,
    bindings,
    inFlight: () => inFlight,
    restsUntil: () => until,
    rest: () => {
      until = clock.now() + restMs
      bindings.clear()
    },
    send: async (request, timeoutMs, signal) => {
      inFlight++
      try {
        const all = { ...request, headers: { ...headers, ...request.headers } }
        return await exchange(pool, all, { timeoutMs, maxAnswerBytes }, clock, signal)
      } finally {
        inFlight--
      }
    },
    close: () => pool.destroy(),
  }
}

/** The one with the fewest requests under way, of those that do not rest where there are such; `turn` decides among equals. */
export const chooseEndpoint = (
  endpoints: readonly Endpoint[],
  now: number,
  turn: number,
): Endpoint | undefined => {
  const awake = endpoints.filter((each) => each.restsUntil() <= now)
  const among = awake.length > 0 ? awake : endpoints
  const turned = [
    ...among.slice(turn % (among.length || 1)),
    ...among.slice(0, turn % (among.length || 1)),
  ]
  return turned.reduce<Endpoint | undefined>(
    (best, each) => (best && best.inFlight() <= each.inFlight() ? best : each),
    undefined,
  )
}
