import { Fault } from '../../topology/model/failure.ts'
import type { Cache } from '../../topology/ports/cache.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import { InferenceError } from '../../topology/ports/model-server.ts'
import type {
  InferenceRequest,
  InferenceResponse,
  ModelInput,
  ModelServer,
} from '../../topology/ports/model-server.ts'
import type { ModelCard } from '../models/model-card.ts'
import { rememberPool } from './backlog.ts'
import { createComputeMeter } from './compute-meter.ts'
import { BatchRefused } from './item.ts'
import type { ItemAnswer, ItemOutcome, PoolItem, SecondTry } from './item.ts'
import { DEFAULT_POOL_OPTIONS } from './options.ts'
import type { PoolOptions } from './options.ts'
import { createPace, fixedPace } from './pace.ts'
import type { Pace } from './pace.ts'
import { createInferencePool } from './pool.ts'
import type { InferencePool } from './pool.ts'
import { rememberResults } from './remembered-results.ts'
import type { ResultCodec } from './remembered-results.ts'
import { SuspectedOutage } from './resolve-batch.ts'

/** One thing to ask a model. */
export interface ModelItem extends PoolItem {
  readonly input: ModelInput
  /** What its answer may cite, where it is to cite something. */
  readonly citable?: ReadonlySet<string>
}

/**
 * Takes a response apart: one answer per item. Throws {@link WrongModel} when the response is not of the model that
 * the card describes, and {@link BatchRefused} when it does not fit the number of items.
 */
export type ReadResponse<R> = (
  response: InferenceResponse,
  items: readonly ModelItem[],
) => readonly ItemAnswer<R>[]

/** Thrown by {@link ReadResponse}: the server runs another model than the card says. */
export class WrongModel extends Error {
  constructor(card: ModelCard, found: string) {
    super(`${card.name}@${card.version} is not what its card says: ${found}`)
    this.name = 'WrongModel'
  }
}

/** How a stage uses one model. */
export interface ModelUse<R> {
  readonly card: ModelCard
  readonly read: ReadResponse<R>
  /** Overrides of the defaults and of the card. */
  readonly pool?: Partial<PoolOptions>
  /** See `InferenceRequest.maxTokens`. */
  readonly maxTokens?: number
  /** How results are remembered; they are not, when absent. */
  readonly codec?: ResultCodec<R>
  /** Something that the model can certainly answer; a short text, when absent. */
  readonly probe?: ModelItem
  /** How an input is put to the model for the second time; as at the first, when absent. */
  readonly again?: (input: ModelInput, why: SecondTry) => ModelInput
}

/**
 * Asks a model about some items; they are batched with whatever else is asked at the time. Throws a `Fault` when the
 * server is at fault.
 */
export type AskModel<R> = (
  items: readonly ModelItem[],
  signal: AbortSignal,
) => Promise<readonly ItemOutcome<R>[]>

/**
 * One pool per model server, made at first use: a stage is plain data, and what it reaches comes with each record. All
 * partitions of a process share it.
 */
export function createModelPools<R>(use: ModelUse<R>): (ports: ModelPorts) => AskModel<R> {
  const asked = new WeakMap<ModelServer, { clock: Clock; ask: AskModel<R> }>()
  return (ports) => {
    const { models, clock } = ports
    const known = asked.get(models)
    if (known?.clock === clock) return known.ask
    const ask = createAsk(use, ports)
    asked.set(models, { clock, ask })
    return ask
  }
}

/** What a model is asked with. The cache is touched only where results are to be remembered in it. */
export interface ModelPorts {
  readonly models: ModelServer
  readonly clock: Clock
  readonly cache?: Cache
}

function createAsk<R>(use: ModelUse<R>, ports: ModelPorts): AskModel<R> {
  const { models, clock } = ports
  const options: PoolOptions = { ...DEFAULT_POOL_OPTIONS, ...use.card.batching, ...use.pool }
  const pool = createModelPool(use, options, models, clock)
  rememberPool(models, { model: use.card.name, backlog: pool.backlog })
  const ask: AskModel<R> = async (items, signal) => {
    try {
      return await pool.submitAll(items, signal)
    } catch (error) {
      if (!(error instanceof SuspectedOutage)) throw error
      throw new Fault('dependency-down', 'model-server', error.message, error)
    }
  }
  const { card, codec, maxTokens } = use
  const { rememberBytes: bytes, rememberMs: ttlMs, rememberWaitMs: waitMs } = options
  if (!codec || (bytes === 0 && ttlMs === 0)) return ask
  const scope = [card.name, card.version, maxTokens ?? ''].join(':')
  const cache = ttlMs > 0 ? ports.cache : undefined
  return rememberResults(ask, codec, { bytes, ttlMs, waitMs, scope }, { cache, clock })
}

function createModelPool<R>(
  use: ModelUse<R>,
  options: PoolOptions,
  models: ModelServer,
  clock: Clock,
): InferencePool<ModelItem, R> {
  const ask = (
    items: readonly ModelItem[],
    signal: AbortSignal,
    again?: SecondTry,
  ): Promise<readonly ItemAnswer<R>[]> => askModel(use, models, items, signal, again)
  return createInferencePool<ModelItem, R>({
    clock,
    options,
    pace: paceOf(use, models, clock, options),
    ...meterOf(use, models, clock),
    infer: ask,
    probe: async (signal) => {
      try {
        const [answer] = await ask([use.probe ?? probeItem(use.card)], signal)
        return answer?.kind === 'ok'
      } catch (error) {
        if (error instanceof BatchRefused) return false
        throw error
      }
    },
  })
}

/** Follows a server that tells what it does, unless somebody has said how many requests are to be under way. */
const paceOf = (
  { card, pool }: Pick<ModelUse<unknown>, 'card' | 'pool'>,
  models: ModelServer,
  clock: Clock,
  options: PoolOptions,
): Pace => {
  const { load } = models
  if (!load || pool?.maxInFlight !== undefined) return fixedPace(options)
  return createPace({ clock, options, load: () => load(card.name, card.version) })
}

/** What each batch took, of a server that tells. */
const meterOf = ({ card }: Pick<ModelUse<unknown>, 'card'>, { load }: ModelServer, clock: Clock) =>
  load ? { meter: createComputeMeter({ clock, load: () => load(card.name, card.version) }) } : {}

/** Something that any model of texts or ids can answer. */
function probeItem(card: ModelCard): ModelItem {
  const input = card.input === 'text' ? { text: 'Good morning.' } : { ids: Int32Array.of(1) }
  return { tokens: 1, bytes: 0, input }
}

const inputOf = ({ input }: ModelItem): ModelInput => input

async function askModel<R>(
  use: ModelUse<R>,
  models: ModelServer,
  items: readonly ModelItem[],
  signal: AbortSignal,
  why: SecondTry | undefined,
): Promise<readonly ItemAnswer<R>[]> {
  const { card, read, maxTokens, again } = use
  const request: InferenceRequest = {
    model: card.name,
    version: card.version,
    inputs: items.map(why && again ? ({ input }) => again(input, why) : inputOf),
    ...(why && { attempt: 2 as const }),
    ...(maxTokens !== undefined && { maxTokens }),
  }
  try {
    const response = await models.infer(request, signal)
    if (response.modelVersion !== card.version)
      throw new WrongModel(card, `version ${response.modelVersion} answered`)
    return read(response, items)
  } catch (error) {
    throw translate(error)
  }
}

function translate(error: unknown): unknown {
  if (error instanceof InferenceError) {
    const reason = error.reason === 'invalid' ? 'refused' : error.reason
    return new BatchRefused(reason, error.message, error)
  }
  // Every item would fail alike: a matter for the operator, not for the dead letters.
  if (error instanceof WrongModel)
    return new Fault('dependency-down', 'model-server', error.message, error)
  return error
}
