import { Pool } from 'undici'
import { Fault } from '../../topology/model/failure.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import { exchange, TimedOut } from '../http/exchange.ts'
import type { HttpAnswer, HttpRequest } from '../http/exchange.ts'
import type { ModelBinding } from './model-binding.ts'
import type { TritonOptions } from './options.ts'

/** One server, with what is known of it. */
export interface Endpoint {
  readonly url: string
  /** Requests under way. */
  readonly inFlight: () => number
  /** Epoch milliseconds until which it is passed over. */
  readonly restsUntil: () => number
  /**
   * Passes it over for a while. One that failed has to say that it is ready before it is used again, and its models are looked
   * at anew, as it may have been restarted.
   */
  readonly rest: (why: 'busy' | 'failed') => void
  /**
   * Resolves at once unless it failed last; then it is asked whether it is ready, for `connectTimeoutMs`, once for all who wait.
   * Throws a `Fault` when it is not: requests to a server that hangs need not wait their whole time, one after the other.
   */
  readonly prove: () => Promise<void>
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

const READY = { method: 'GET', path: '/v2/health/ready', headers: {} } as const

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
  let failed = false
  let proving: Promise<void> | undefined

  const send: Endpoint['send'] = async (request, timeoutMs, signal) => {
    inFlight++
    try {
      const all = { ...request, headers: { ...headers, ...request.headers } }
      return await exchange(pool, all, { timeoutMs, maxAnswerBytes }, clock, signal)
    } finally {
      inFlight--
    }
  }

  const askWhetherReady = async (): Promise<void> => {
    try {
      const { status } = await send(READY, connectTimeoutMs)
      if (status !== 200)
        throw new Fault('dependency-down', 'model-server', `${url} is not ready (${status})`)
      failed = false
    } catch (error) {
      if (!(error instanceof TimedOut)) throw error
      const message = `${url} does not say that it is ready: ${error.message}`
      throw new Fault('dependency-down', 'model-server', message, error)
    } finally {
      proving = undefined
    }
  }

  return {
    url,
    bindings,
    inFlight: () => inFlight,
    restsUntil: () => until,
    rest: (why) => {
      until = clock.now() + restMs
      if (why === 'busy') return
      failed = true
      bindings.clear()
    },
    prove: async () => {
      if (failed) await (proving ??= askWhetherReady())
    },
    send,
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
