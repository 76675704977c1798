import { endianness } from 'node:os'
import { Fault } from '../../topology/model/failure.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import { InferenceError, Overloaded } from '../../topology/ports/model-server.ts'
import type {
  InferenceRequest,
  InferenceResponse,
  ModelInfo,
  ModelLoad,
  ModelServer,
} from '../../topology/ports/model-server.ts'
import type { Random } from '../../topology/ports/random.ts'
import { decodeResponse, errorOf, MalformedResponse } from './decode-response.ts'
import { encodeRequest } from './encode-request.ts'
import { chooseEndpoint, createEndpoint } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { failedByError, failedByStatus } from './faults.ts'
import type { Failed } from './faults.ts'
import type { ModelBinding } from './model-binding.ts'
import { DEFAULT_TRITON_OPTIONS } from './options.ts'
import type { TritonOptions } from './options.ts'
import { createModelReader } from './read-models.ts'
import { createRequestIds } from './request-ids.ts'
import { createRequestMemory } from './request-memory.ts'
import { requestTensors } from './request-tensors.ts'
import { emptyResponse, responseOf } from './response-of.ts'

/** Attempts of one request, while they fail in ways that another attempt may not. */
const MAX_ATTEMPTS = 3

/**
 * Asks models of one or several Tritons over KServe v2: HTTP/1.1 with binary tensors, one request per connection at a time.
 *
 * Before a model is asked for the first time, and again after its endpoint failed, its metadata and configuration are read and
 * held against `differences`: a server that came back with another model is not asked. A request whose connection breaks is
 * sent again, at another endpoint where there is one; inference has no effects. Everything else is the matter of the caller.
 */
export const createTritonModelServer = (
  given: Pick<TritonOptions, 'endpoints'> & Partial<TritonOptions>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): ModelServer => {
  const options: TritonOptions = { ...DEFAULT_TRITON_OPTIONS, ...given }
  if (endianness() !== 'LE')
    throw new Fault('fatal', 'model-server', 'tensors are little-endian, this machine is not')
  const endpoints = options.endpoints.map((url) => createEndpoint(url, options, clock))
  const reader = createModelReader(options.timeoutMs)
  const identify = createRequestIds(random)
  const memory = createRequestMemory()
  let closed = false
  let turn = 0

  const requireOpen = (): void => {
    if (closed) throw new Fault('dependency-down', 'model-server', 'the model server is closed')
  }

  const bindingOf = (endpoint: Endpoint, model: string, version: string): Promise<ModelBinding> => {
    const key = `${model}@${version}`
    const known = endpoint.bindings.get(key)
    if (known) return known
    const reading = reader.binding(endpoint, model, version).then((binding) => {
      const problems = options.differences(binding.info)
      if (problems.length > 0)
        throw new Fault(
          'dependency-down',
          'model-server',
          `${endpoint.url}: ${problems.join('; ')}`,
        )
      return binding
    })
    endpoint.bindings.set(key, reading)
    reading.catch(() => endpoint.bindings.delete(key))
    return reading
  }

  const attempt = async (
    endpoint: Endpoint,
    request: InferenceRequest,
    signal: AbortSignal | undefined,
  ): Promise<InferenceResponse> => {
    const { model, version, inputs } = request
    await unlessAborted(endpoint.prove(), signal)
    const binding = await unlessAborted(bindingOf(endpoint, model, version), signal)
    const { id, traceparent } = identify(request)
    const { body, headerLength } = encodeRequest({
      id,
      inputs: requestTensors(request, binding),
      outputs: binding.outputs,
      parameters: { timeout: Math.round(options.timeoutMs * 800) },
      memory: memory.take,
    })
    if (inputs.length === 0) return emptyResponse(binding.info)
    const headers = {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(headerLength),
      traceparent,
    }
    const path = `/v2/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}/infer`
    const post = { method: 'POST', path, headers, body } as const
    const answer = await endpoint.send(post, options.timeoutMs, signal)
    if (answer.status !== 200) throw new RefusedByStatus(answer)
    const response = decodeResponse(answer.json, answer.binary)
    if (response.id !== undefined && response.id !== id)
      throw new MalformedResponse('the answer to another request')
    // Who gave an answer has read the question; of any other request something may still be on its way.
    memory.giveBack(body)
    return responseOf(response, binding, inputs.length)
  }

  /** One attempt. Rejects with the reason of `signal` only. */
  const tryAt = async (
    endpoint: Endpoint,
    request: InferenceRequest,
    signal: AbortSignal | undefined,
  ): Promise<InferenceResponse | Failed> => {
    try {
      return await attempt(endpoint, request, signal)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      requireOpen()
      return failedOf(endpoint, error)
    }
  }

  const infer = async (
    request: InferenceRequest,
    signal?: AbortSignal,
  ): Promise<InferenceResponse> => {
    requireOpen()
    signal?.throwIfAborted()
    let usable = endpoints
    let failed: Failed | undefined
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      const endpoint = chooseEndpoint(usable, clock.now(), turn++)
      if (!endpoint) break
      const result = await tryAt(endpoint, request, signal)
      if ('kind' in result) return result
      failed = result
      if (failed.retry === 'no') break
      endpoint.rest(failed.error instanceof Overloaded ? 'busy' : 'failed')
      if (failed.retry === 'elsewhere') usable = usable.filter((each) => each !== endpoint)
    }
    throw failed?.error ?? new Fault('dependency-down', 'model-server', 'no endpoint is configured')
  }

  /** What answers, of all endpoints; the first error when none does. */
  const ofEach = async <T>(ask: (endpoint: Endpoint) => Promise<T>): Promise<readonly T[]> => {
    requireOpen()
    const settled = await Promise.allSettled(endpoints.map(ask))
    const answers = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    const [first] = settled
    if (answers.length === 0 && first?.status === 'rejected')
      throw failedOf(endpoints[0] as Endpoint, first.reason).error
    return answers
  }

  return {
    models: async () => {
      const found = await ofEach((endpoint) => reader.all(endpoint, options.models))
      return found.length === 0 ? [] : agreedModels(found)
    },
    infer,
    load: async (model, version) => {
      const loads = await ofEach((endpoint) => reader.load(endpoint, model, version))
      return loads.reduce((sum, each) => (sum && each ? addLoads(sum, each) : undefined))
    },
    close: async () => {
      closed = true
      await Promise.all(endpoints.map((each) => each.close()))
    },
  }
}

/** An answer with another status than 200, on its way to where it is judged. */
class RefusedByStatus extends Error {
  readonly answer: { readonly status: number; readonly json: string; readonly retryAfter?: string }

  constructor(answer: {
    readonly status: number
    readonly json: string
    readonly retryAfter: string | undefined
  }) {
    super('refused')
    const { status, json, retryAfter } = answer
    this.answer = { status, json, ...(retryAfter !== undefined && { retryAfter }) }
  }
}

const failedOf = ({ url }: Endpoint, error: unknown): Failed => {
  if (error instanceof RefusedByStatus) {
    const { status, json, retryAfter } = error.answer
    return failedByStatus(url, status, saidIn(json), retryAfter)
  }
  // Another endpoint may have the model that this one has not.
  if (error instanceof Fault) return { error, retry: 'elsewhere' }
  if (error instanceof InferenceError) return { error, retry: 'no' }
  return failedByError(url, error)
}

const saidIn = (body: string): string => {
  try {
    return errorOf(JSON.parse(body)) ?? body
  } catch {
    return body
  }
}

/** What all endpoints have alike. Throws when one of them has another model under the same name and version. */
const agreedModels = (found: readonly (readonly ModelBinding[])[]): readonly ModelInfo[] => {
  const [first = [], ...others] = found.map((bindings) => bindings.map(({ info }) => info))
  return first.filter((info) =>
    others.every((infos) => {
      const same = infos.find(({ name, version }) => name === info.name && version === info.version)
      if (same && JSON.stringify(same) !== JSON.stringify(info))
        throw new Fault(
          'dependency-down',
          'model-server',
          `the endpoints differ in ${info.name}@${info.version}: ${JSON.stringify(info)} and ${JSON.stringify(same)}`,
        )
      return same !== undefined
    }),
  )
}

const addLoads = (a: ModelLoad, b: ModelLoad): ModelLoad => ({
  requests: a.requests + b.requests,
  executions: a.executions + b.executions,
  items: a.items + b.items,
  queueMs: a.queueMs + b.queueMs,
  computeMs: a.computeMs + b.computeMs,
  busyMs: a.busyMs + b.busyMs,
})

const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
