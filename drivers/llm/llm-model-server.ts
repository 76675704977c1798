import { Pool } from 'undici'
import { z } from 'zod'
import { Fault } from '../../topology/model/failure.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import { InferenceError, Overloaded } from '../../topology/ports/model-server.ts'
import type {
  GeneratedText,
  InferenceRequest,
  InferenceResponse,
  ModelInfo,
  ModelInput,
  ModelServer,
} from '../../topology/ports/model-server.ts'
import { exchange } from '../http/exchange.ts'
import type { HttpRequest } from '../http/exchange.ts'
import { readChatAnswer } from './chat-answer.ts'
import type { ChatAnswer } from './chat-answer.ts'
import { chatRequest, readText } from './chat-request.ts'
import { failedByError, failedByStatus, pauseMs } from './faults.ts'
import { DEFAULT_LLM_OPTIONS } from './options.ts'
import type { LlmOptions } from './options.ts'

type Needed = Pick<LlmOptions, 'url' | 'name' | 'model' | 'prompt'>

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) })

/**
 * One model behind OpenAI's chat completions, as vLLM, llama.cpp, Triton's front end and others have them. It summarises;
 * one request is one text. Nothing is tried again here: who asks does. Neither the key nor any text is in its errors.
 */
export const createLlmModelServer = (
  given: Needed & Partial<LlmOptions>,
  { clock }: { readonly clock: Clock },
): ModelServer => {
  const options: LlmOptions = { ...DEFAULT_LLM_OPTIONS, ...given }
  const { url, name, model, key, ca, connections, connectTimeoutMs } = options
  const { origin, pathname } = new URL(url)
  const base = pathname === '/' ? '' : pathname
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    connect: { timeout: connectTimeoutMs, ...(ca !== undefined && { ca }) },
  })
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` }
  let closed = false
  let restsUntil = 0

  const requireOpen = (): void => {
    if (closed) throw new Fault('dependency-down', 'model-server', 'the model server is closed')
  }

  /** The body of an answer of 200. Rejects with the reason of `signal`, a `Fault` or an `InferenceError`. */
  const ask = async (
    request: HttpRequest,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<string> => {
    requireOpen()
    const { maxAnswerBytes, idleMs } = options
    const limits = { timeoutMs, maxAnswerBytes, ...(options.stream && { idleMs }) }
    const path = base + request.path
    const headers = { ...authorization, ...request.headers }
    try {
      const answer = await exchange(pool, { ...request, path, headers }, limits, clock, signal)
      if (answer.status === 200) return answer.json
      const pause = Math.min(pauseMs(answer.retryAfter, clock.now()), options.timeoutMs)
      restsUntil = Math.max(restsUntil, clock.now() + pause)
      throw failedByStatus(url, answer)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      requireOpen()
      throw failedByError(url, error)
    }
  }

  const read = (body: string): ChatAnswer => {
    try {
      return readChatAnswer(body)
    } catch (error) {
      throw failedByError(url, error)
    }
  }

  const summarise = async (
    given: string,
    request: InferenceRequest,
    signal: AbortSignal | undefined,
  ): Promise<GeneratedText> => {
    const { text, cut } = readText(given, options.maxInputChars)
    const headers = {
      'content-type': 'application/json',
      ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
    }
    const body = chatRequest(options, text, request.maxTokens ?? options.maxTokens)
    const post = { method: 'POST', path: '/chat/completions', headers, body } as const
    const answer = read(await ask(post, options.timeoutMs, signal))
    const summary = summaryIn(answer, options)
    return { ...summary, truncated: summary.truncated || cut }
  }

  /** Waits out the pause that the server asked for, once: one that was made longer meanwhile is for who asks again. */
  const untilRested = async (signal: AbortSignal | undefined): Promise<void> => {
    const left = restsUntil - clock.now()
    if (left <= 0) return
    await passed(clock, left, signal)
    requireOpen()
    if (restsUntil > clock.now()) throw new Overloaded(`${url} asks for another pause`)
  }

  const requireRightModel = (request: InferenceRequest): void => {
    if (request.model === name && request.version === model) return
    const message = `${request.model}@${request.version} was asked of ${url}, which has ${name}@${model}`
    throw new Fault('dependency-down', 'model-server', message)
  }

  return {
    models: async (): Promise<readonly ModelInfo[]> => {
      const get = { method: 'GET', path: '/models', headers: {} } as const
      const list = modelList.safeParse(jsonOrNothing(await ask(get, connectTimeoutMs, undefined)))
      if (!list.success) {
        const message = `${url}/models gives no list of models; check llm.url`
        throw new Fault('dependency-down', 'model-server', message)
      }
      return list.data.data.map(({ id: version }) => ({
        name,
        version,
        task: 'summarise',
        input: 'text',
      }))
    },
    infer: async (request, signal): Promise<InferenceResponse> => {
      requireOpen()
      signal?.throwIfAborted()
      requireRightModel(request)
      await untilRested(signal)
      const all = request.inputs.map(textOf)
      const texts = await allOrNone(all, signal, (text, each) => summarise(text, request, each))
      return { kind: 'texts', modelVersion: model, texts }
    },
    close: async () => {
      closed = true
      await pool.destroy()
    },
  }
}

const passed = (clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })

const textOf = ({ text }: ModelInput): string => {
  if (text === undefined) throw new InferenceError('invalid', 'an input without a text')
  return text
}

const jsonOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The first that fails ends the others. */
const allOrNone = async <T>(
  texts: readonly string[],
  signal: AbortSignal | undefined,
  work: (text: string, signal: AbortSignal) => Promise<T>,
): Promise<readonly T[]> => {
  const failed = new AbortController()
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  try {
    return await Promise.all(texts.map((text) => work(text, either)))
  } finally {
    failed.abort(new Error('another text of the request failed'))
  }
}

/** The summary that an answer holds. Throws when it is of another model, was cut off in its JSON, or refused. */
const summaryIn = (
  { model: from, content, finish, refused, tokensIn, tokensOut }: ChatAnswer,
  { url, model, prompt, output }: LlmOptions,
): GeneratedText => {
  if (from !== undefined && from !== model) {
    const message = `${url}: ${model} was asked, another model answered; check llm.model, or pin it by its whole name`
    throw new Fault('dependency-down', 'model-server', message)
  }
  if (refused || finish === 'content_filter')
    throw new InferenceError('invalid', `${model} refused to answer`)
  const truncated = finish === 'length'
  if (output === 'text') return { text: content.trim(), tokensIn, tokensOut, truncated }
  const summary = prompt.read(jsonOrNothing(content))
  if (summary !== undefined) return { text: summary, tokensIn, tokensOut, truncated }
  const why = truncated
    ? `was cut off after ${tokensOut} tokens; raise llm.maxTokens`
    : `is not as the JSON schema of ${prompt.id} says`
  throw new InferenceError('failed', `the answer of ${model} ${why}`)
}
