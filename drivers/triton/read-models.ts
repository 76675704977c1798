import { z } from 'zod'
import { Fault } from '../../topology/model/failure.ts'
import type { ModelLoad } from '../../topology/ports/model-server.ts'
import { errorOf } from './decode-response.ts'
import type { Endpoint } from './endpoint.ts'
import { failedByStatus } from './faults.ts'
import { bindModel, modelConfig, modelMetadata } from './model-binding.ts'
import type { ModelBinding } from './model-binding.ts'

/** How a server is asked about its models. */
export interface ModelReader {
  /** Throws a `Fault` when the model is not there, or is none that can be asked here. */
  readonly binding: (endpoint: Endpoint, name: string, version: string) => Promise<ModelBinding>
  /** The models of these names, or all that are listed, in every version that is loaded; those that cannot be asked are left out. */
  readonly all: (endpoint: Endpoint, names: readonly string[]) => Promise<readonly ModelBinding[]>
  /** Sums since the server loaded it; undefined where the server does not tell. */
  readonly load: (
    endpoint: Endpoint,
    name: string,
    version: string,
  ) => Promise<ModelLoad | undefined>
}

const index = z.array(
  z.object({
    name: z.string(),
    version: z.string().default(''),
    state: z.string().default('READY'),
  }),
)

const duration = z.object({ count: z.number(), ns: z.number() })
const statistics = z.object({
  model_stats: z.array(
    z.object({
      inference_count: z.number(),
      execution_count: z.number(),
      inference_stats: z.object({
        success: duration,
        queue: duration,
        compute_input: duration,
        compute_infer: duration,
        compute_output: duration,
      }),
      batch_stats: z
        .array(
          z.object({ compute_input: duration, compute_infer: duration, compute_output: duration }),
        )
        .default([]),
    }),
  ),
})

/** Statuses by which a server says that it does not know, or does not tell. */
const NOT_TOLD: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 501])

export const createModelReader = (timeoutMs: number): ModelReader => {
  const ask = async <T>(
    endpoint: Endpoint,
    method: 'GET' | 'POST',
    path: string,
    schema: z.ZodType<T>,
  ): Promise<T | undefined> => {
    const body = method === 'POST' ? { body: Buffer.from('{}') } : {}
    const answer = await endpoint.send({ method, path, headers: {}, ...body }, timeoutMs)
    if (NOT_TOLD.has(answer.status)) {
      const { error } = failedByStatus(endpoint.url, answer.status, answer.json)
      if (answer.status === 401 || answer.status === 403) throw error
      return undefined
    }
    const value = jsonOf(answer.json)
    if (answer.status !== 200)
      throw failedByStatus(endpoint.url, answer.status, errorOf(value) ?? 'no reason').error
    const read = schema.safeParse(value)
    if (read.success) return read.data
    throw unusable(`${endpoint.url}${path} does not answer as KServe v2 says; is it a Triton?`)
  }

  const read = async (endpoint: Endpoint, name: string, version: string) => {
    const path = `/v2/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`
    const metadata = await ask(endpoint, 'GET', path, modelMetadata)
    const config = metadata && (await ask(endpoint, 'GET', `${path}/config`, modelConfig))
    return { metadata, bound: metadata && config && bindModel(version, metadata, config) }
  }

  const versionsOf = async (endpoint: Endpoint, name: string): Promise<readonly string[]> => {
    const path = `/v2/models/${encodeURIComponent(name)}`
    return (await ask(endpoint, 'GET', path, modelMetadata))?.versions ?? []
  }

  return {
    binding: async (endpoint, name, version) => {
      const { metadata, bound } = await read(endpoint, name, version)
      if (bound) return bound
      if (metadata)
        throw unusable(
          `${endpoint.url} does not say how ${name}@${version} is asked: its config.pbtxt needs the parameter task, and tensors as in docs/triton.md`,
        )
      const versions = (await versionsOf(endpoint, name)).join(', ') || 'none'
      throw unusable(`${endpoint.url} has no ${name}@${version}; versions of it: ${versions}`)
    },
    all: async (endpoint, names) => {
      const listed =
        names.length > 0
          ? names
          : [
              ...new Set(
                ((await ask(endpoint, 'POST', '/v2/repository/index', index)) ?? [])
                  .filter(({ state }) => state === 'READY')
                  .map(({ name }) => name),
              ),
            ]
      const found: ModelBinding[] = []
      for (const name of listed)
        for (const version of await versionsOf(endpoint, name)) {
          const { bound } = await read(endpoint, name, version)
          if (bound) found.push(bound)
        }
      return found
    },
    load: async (endpoint, name, version) => {
      const path = `/v2/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}/stats`
      // Statistics may be denied to those who may infer; whoever wants them goes on without.
      const told = await ask(endpoint, 'GET', path, statistics).catch(() => undefined)
      const [stats] = told?.model_stats ?? []
      if (!stats) return undefined
      const { success, queue } = stats.inference_stats
      return {
        requests: success.count,
        executions: stats.execution_count,
        items: stats.inference_count,
        queueMs: queue.ns / 1e6,
        computeMs: computeMsOf(stats.inference_stats),
        busyMs: stats.batch_stats.reduce((sum, each) => sum + computeMsOf(each), 0),
      }
    },
  }
}

interface Computing {
  readonly compute_input: { readonly ns: number }
  readonly compute_infer: { readonly ns: number }
  readonly compute_output: { readonly ns: number }
}

const computeMsOf = ({ compute_input, compute_infer, compute_output }: Computing): number =>
  (compute_input.ns + compute_infer.ns + compute_output.ns) / 1e6

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const unusable = (message: string): Fault => new Fault('dependency-down', 'model-server', message)
