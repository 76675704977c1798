/** The server answered, and not with what was asked for. */
export class QdrantRefusal extends Error {
  readonly status: number
  /** Milliseconds after which it wants to be asked again. */
  readonly retryAfterMs: number | undefined
  /** A page for people: something else than Qdrant is there. */
  readonly html: boolean

  constructor(status: number, body: unknown, retryAfter?: string | null) {
    super(textOf(body).slice(0, 200))
    this.name = 'QdrantRefusal'
    this.status = status
    this.html = typeof body === 'string' && /^\s*<(?:!doctype|html)/i.test(body)
    const seconds = Number(retryAfter ?? Number.NaN)
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
  }
}

/** Nothing came in time. */
export class QdrantSilence extends Error {
  constructor(ms: number) {
    super(`no answer within ${Math.round(ms)} ms`)
    this.name = 'QdrantSilence'
  }
}

const textOf = (body: unknown): string => {
  if (typeof body === 'string') return body
  const status = (body as { readonly status?: unknown } | undefined)?.status
  if (typeof status === 'string') return status
  const error = (status as { readonly error?: unknown } | undefined)?.error
  return typeof error === 'string' ? error : ''
}

interface ClientError extends Error {
  readonly status?: number
  readonly data?: unknown
  readonly headers?: Headers
  readonly retry_after?: number
  readonly cause?: unknown
}

/** What the client threw, as one of the above, or as the error of the connection that it wraps. */
export const fromClient = (thrown: unknown): unknown => {
  if (!(thrown instanceof Error)) return thrown
  const error: ClientError = thrown
  if (error.name === 'QdrantClientTimeoutError') return new QdrantSilence(0)
  if (error.retry_after !== undefined)
    return new QdrantRefusal(429, error.message, String(error.retry_after))
  if (error.status !== undefined)
    return new QdrantRefusal(error.status, error.data, error.headers?.get('retry-after'))
  // The client says so of an answer with status 200 that has no result, which no Qdrant gives.
  if (error instanceof SyntaxError || error.message === 'Result came uninitialized')
    return new QdrantRefusal(200, '<html')
  return error.cause instanceof Error ? error.cause : error
}
