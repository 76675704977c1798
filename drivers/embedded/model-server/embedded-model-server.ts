import { Piscina } from 'piscina'
import { Fault } from '../../../topology/model/failure.ts'
import { InferenceError } from '../../../topology/ports/model-server.ts'
import type {
  InferenceResponse,
  ModelInfo,
  ModelServer,
} from '../../../topology/ports/model-server.ts'
import type { Computed } from './compute.ts'

/** How the embedded models run. */
export interface EmbeddedModelServerOptions {
  /** Worker threads; each loads the models once, some 10 MB. */
  readonly threads: number
}

/** One thread keeps up with what two cores prepare. */
export const DEFAULT_MODEL_SERVER_OPTIONS: EmbeddedModelServerOptions = { threads: 1 }

/** V8 would take twice as much, and keep all of it in memory. */
const maxYoungGenerationSizeMb = 12

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
)

/**
 * Runs the weight-free models on worker threads, which start with the first request, so that the main thread only
 * does I/O. A request that is aborted is answered to nobody; its computation, some milliseconds, is not stopped.
 */
export function createEmbeddedModelServer(
  options: EmbeddedModelServerOptions = DEFAULT_MODEL_SERVER_OPTIONS,
): ModelServer {
  let pool: Piscina | undefined
  let closed = false

  const run = async <T>(name: string, task: unknown): Promise<T> => {
    if (closed) throw new Fault('dependency-down', 'model-server', 'the model server is closed')
    pool ??= new Piscina({
      filename: WORKER.href,
      minThreads: 1,
      maxThreads: options.threads,
      resourceLimits: { maxYoungGenerationSizeMb },
    })
    try {
      return (await pool.run(task, { name })) as T
    } catch (error) {
      // The thread ended: out of memory, or the server was closed. The pool starts another one.
      throw new Fault('transient', 'model-server', 'the thread of the models ended', error)
    }
  }

  return {
    models: () => run<readonly ModelInfo[]>('models', undefined),
    infer: async (request, signal) => {
      signal?.throwIfAborted()
      return answerOf(await unlessAborted(run<Computed>('infer', request), signal))
    },
    close: async () => {
      closed = true
      await pool?.destroy()
    },
  }
}

function answerOf(computed: Computed): InferenceResponse {
  switch (computed.kind) {
    case 'answer':
      return computed.response
    case 'not-loaded':
      throw new Fault('dependency-down', 'model-server', computed.message)
    case 'invalid':
      throw new InferenceError('invalid', computed.message)
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    const done = (): void => signal.removeEventListener('abort', onAbort)
    work.then(resolve, reject).finally(done)
  })
}
