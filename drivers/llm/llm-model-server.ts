import { Pool } from 'undici'
import { z } from 'zod'
import { Fault } from '../../topology/model/failure.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import { InferenceError, Overloaded } from '../../topology/ports/model-server.ts'
import type {
  ChatInput,
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
import { chatRequest } from './chat-request.ts'
import { failedByError, failedByStatus, pauseMs } from './faults.ts'
import { DEFAULT_LLM_OPTIONS } from './options.ts'
import type { LlmOptions } from './options.ts'

type Needed = Pick<LlmOptions, 'url' | 'name' | 'model'>

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) })

/**
 * One model behind OpenAI's chat completions, as vLLM, llama.cpp, Triton's front end and others have them. One request is one
 * chat. Nothing is tried again here: who asks does. Neither the key nor any text is in its errors.
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

  const answerTo = async (
    chat: ChatInput,
    request: InferenceRequest,
    signal: AbortSignal | undefined,
  ): Promise<GeneratedText> => {
    const headers = {
      'content-type': 'application/json',
      ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
    }
    const maxTokens = request.maxTokens ?? options.maxTokens
    const body = chatRequest(options, chat, maxTokens, request.attempt)
    const post = { method: 'POST', path: '/chat/completions', headers, body } as const
    return textIn(read(await ask(post, options.timeoutMs, signal)), options)
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
        input: 'chat',
      }))
    },
    infer: async (request, signal): Promise<InferenceResponse> => {
      requireOpen()
      signal?.throwIfAborted()
      requireRightModel(request)
      await untilRested(signal)
      const chats = request.inputs.map(chatOf)
      const texts = await allOrNone(chats, signal, (chat, each) => answerTo(chat, request, each))
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

const chatOf = ({ chat }: ModelInput): ChatInput => {
  if (chat === undefined) throw new InferenceError('invalid', 'an input without a chat')
  return chat
}

const jsonOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The first that fails ends the others. */
const allOrNone = async <I, T>(
  inputs: readonly I[],
  signal: AbortSignal | undefined,
  work: (input: I, signal: AbortSignal) => Promise<T>,
): Promise<readonly T[]> => {
  const failed = new AbortController()
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  try {
    return await Promise.all(inputs.map((input) => work(input, either)))
  } finally {
    failed.abort(new Error('another input of the request failed'))
  }
}

/** What an answer holds. Throws when it is of another model, or a refusal. */
const textIn = (
  { model: from, content, finish, refused, tokensIn, tokensOut }: ChatAnswer,
  { url, model }: LlmOptions,
): GeneratedText => {
  if (from !== undefined && from !== model) {
    const message = `${url}: ${model} was asked, another model answered; check llm.model, or pin it by its whole name`
    throw new Fault('dependency-down', 'model-server', message)
  }
  if (refused || finish === 'content_filter')
    throw new InferenceError('invalid', `${model} refused to answer`)
  return { text: content.trim(), tokensIn, tokensOut, truncated: finish === 'length' }
}
