import { Fault } from '../model/failure.ts'

/** Runs models. One request is one batch of one model. */
export interface ModelServer {
  /** What is loaded, to be checked against the model cards at start. */
  readonly models: () => Promise<readonly ModelInfo[]>
  /**
   * Answers one output per input, in order. Throws a `Fault` when the server is away or overloaded and an
   * {@link InferenceError} when this batch cannot be computed.
   */
  readonly infer: (request: InferenceRequest, signal?: AbortSignal) => Promise<InferenceResponse>
  /** What the server has done with a model so far; undefined, or no such function, where it does not tell. */
  readonly load?: (model: string, version: string) => Promise<ModelLoad | undefined>
  readonly close: () => Promise<void>
}

export interface ModelInfo {
  readonly name: string
  readonly version: string
  readonly task: 'embed' | 'classify' | 'summarise' | 'recognise'
  /** Length of the vectors of an embedding model. */
  readonly dimensions?: number
  /** Labels of a classifier, or of the tokens of a model for names, in the order of its scores. */
  readonly labels?: readonly string[]
  /** How many scores a model for names has for each token, where the server says so. */
  readonly scoresPerToken?: number
  /** What it reads, where the server says so. */
  readonly input?: 'text' | 'ids' | 'chat'
  /** The most items of a request, where the server says so; 0: one, without a dimension for the batch. */
  readonly maxBatchItems?: number
}

/** Sums since a server loaded a model. */
export interface ModelLoad {
  readonly requests: number
  /** Batches that were computed; the server may have put several requests into one. */
  readonly executions: number
  readonly items: number
  /** Milliseconds that requests waited for their turn, and that they were computed, in all. */
  readonly queueMs: number
  readonly computeMs: number
  /** Milliseconds that it computed, each batch once, however many requests were in it. */
  readonly busyMs: number
}

export interface InferenceRequest {
  readonly model: string
  /** Must be answered by exactly this version. */
  readonly version: string
  readonly inputs: readonly ModelInput[]
  /** Longest summary in tokens, for summarisers. */
  readonly maxTokens?: number
  /** That there was no usable answer before: where chance has a part in the answer, it is to be another one. */
  readonly attempt?: 2
  /** Trace context of who asks, as in W3C's header of this name. */
  readonly traceparent?: string
}

/** A card says which of the three its model reads. */
export interface ModelInput {
  readonly text?: string
  readonly ids?: Int32Array
  readonly chat?: ChatInput
}

/** What a chat model is told. Its answer is to be JSON as the schema says: whether it is, the one who asks finds out. */
export interface ChatInput {
  readonly system: string
  readonly user: string
  /** JSON schema of the answer. */
  readonly schema: Readonly<Record<string, unknown>>
}

export type InferenceResponse = { readonly modelVersion: string } & (
  | { readonly kind: 'vectors'; readonly dimensions: number; readonly values: Float32Array }
  | { readonly kind: 'scores'; readonly labels: readonly string[]; readonly values: Float32Array }
  | { readonly kind: 'texts'; readonly texts: readonly GeneratedText[] }
  | TokenScores
)

/** Scores (logits) of the labels of every token: of `tokens` for each item, as it was padded. */
export interface TokenScores {
  readonly kind: 'token-scores'
  readonly tokens: number
  readonly labels: readonly string[]
  readonly values: Float32Array
}

export interface GeneratedText {
  readonly text: string
  readonly tokensIn: number
  readonly tokensOut: number
  /** Of a text: not all of it was read. Of a chat: the answer ends where its tokens ended. */
  readonly truncated: boolean
}

/** `too-long`: invalid, and of a shorter input it would not be. */
export type InferenceErrorReason = 'invalid' | 'too-long' | 'failed'

/** Thrown when the server refuses or fails this batch: one of its items may be poison. */
export class InferenceError extends Error {
  readonly reason: InferenceErrorReason

  constructor(reason: InferenceErrorReason, message: string) {
    super(message)
    this.name = 'InferenceError'
    this.reason = reason
  }
}

/** Thrown when the server has more to do than it takes: less at once, then again. */
export class Overloaded extends Fault {
  constructor(message: string, cause?: unknown) {
    super('transient', 'model-server', message, cause)
    this.name = 'Overloaded'
  }
}
