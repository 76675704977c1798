import type { ModelInfo } from '../../topology/ports/model-server.ts'

/** How Triton is reached. */
export interface TritonOptions {
  /** Base URLs without a slash at the end; a request goes to the one with the fewest under way. */
  readonly endpoints: readonly string[]
  /** Names of the models that are used; all that the server lists when empty. */
  readonly models: readonly string[]
  /** What is wrong with a model that an endpoint has, in sentences; it is not used then. */
  readonly differences: (info: ModelInfo) => readonly string[]
  /** Sent with every request: names and values. */
  readonly headers: Readonly<Record<string, string>>
  /** PEM of the authorities to trust, of the client's certificate, and of its key. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  readonly connectTimeoutMs: number
  /** Milliseconds until an inference is given up; the server is told to drop it after four fifths of that. */
  readonly timeoutMs: number
  /** Most connections to one endpoint; each carries one request at a time. */
  readonly connections: number
  /** Most bytes of an answer. */
  readonly maxAnswerBytes: number
  /** Milliseconds for which an endpoint that failed is passed over while there are others. */
  readonly restMs: number
}

export const DEFAULT_TRITON_OPTIONS: Omit<TritonOptions, 'endpoints'> = {
  models: [],
  differences: () => [],
  headers: {},
  tls: {},
  connectTimeoutMs: 3_000,
  timeoutMs: 30_000,
  connections: 96,
  maxAnswerBytes: 64 * 1024 * 1024,
  restMs: 2_000,
}
