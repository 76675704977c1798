/** How a server with OpenAI's chat completions is reached, and asked. */
export interface LlmOptions {
  /** Base URL without a slash at the end: `http://gpu-1:8000/v1`. */
  readonly url: string
  /** Name by which the pipeline asks for it. */
  readonly name: string
  /** Name of the model at the server; also the version by which it is asked for. */
  readonly model: string
  /** Sent as a bearer token. */
  readonly key?: string
  /** PEM of the authorities to trust. */
  readonly ca?: string
  /** Whether the answer comes in pieces, so that a server that stops in the middle is noticed by `idleMs`. */
  readonly stream: boolean
  /** `schema`: the server holds the model to the JSON schema of the chat. `prompt`: what the chat says has to do. */
  readonly output: 'schema' | 'prompt'
  readonly seed: number
  /** The most tokens of an answer where a request does not say. */
  readonly maxTokens: number
  readonly connectTimeoutMs: number
  readonly timeoutMs: number
  readonly idleMs: number
  /** Requests at once. */
  readonly connections: number
  /** Most bytes of an answer. */
  readonly maxAnswerBytes: number
}

export const DEFAULT_LLM_OPTIONS: Omit<LlmOptions, 'url' | 'name' | 'model'> = {
  stream: false,
  output: 'schema',
  seed: 0,
  maxTokens: 512,
  connectTimeoutMs: 3_000,
  timeoutMs: 60_000,
  idleMs: 15_000,
  connections: 8,
  maxAnswerBytes: 4 * 1024 * 1024,
}
