import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

/** What the next chat meets instead of, or on top of, its answer. */
export type Misfortune =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body: unknown
      readonly headers?: Record<string, string>
    }
  /** The connection is closed before an answer. */
  | { readonly kind: 'reset' }
  /** The connection is closed in the middle of the answer. */
  | { readonly kind: 'truncated' }
  /** Never answered. */
  | { readonly kind: 'hang' }
  /** Half of the answer comes, then nothing more. */
  | { readonly kind: 'stall' }
  /** The stream ends as if it were whole, but before its end. */
  | { readonly kind: 'early-end' }
  /** 200 with this body. */
  | { readonly kind: 'body'; readonly body: string }
  /** The answer of the model, changed. */
  | { readonly kind: 'answer'; readonly change: (answer: Answer) => Partial<Answer> }

/** An answer before it is put on the wire. */
export interface Answer {
  readonly model: string
  readonly content: string
  readonly refusal?: string
  readonly finish: string
  /** Null where the server does not count. */
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | null
}

const format = z.strictObject({
  type: z.literal('json_schema'),
  json_schema: z.strictObject({
    name: z.string().regex(/^[\w-]{1,64}$/),
    strict: z.literal(true),
    schema: z.looseObject({
      type: z.literal('object'),
      properties: z.record(z.string(), z.unknown()),
      required: z.array(z.string()),
      additionalProperties: z.literal(false),
    }),
  }),
})

const chat = z.strictObject({
  model: z.string(),
  messages: z.tuple([
    z.strictObject({ role: z.literal('system'), content: z.string().min(1) }),
    z.strictObject({ role: z.literal('user'), content: z.string().min(1) }),
  ]),
  temperature: z.union([z.literal(0), z.literal(0.3)]),
  seed: z.int(),
  max_tokens: z.int().positive(),
  response_format: format.optional(),
  stream: z.literal(true).optional(),
  stream_options: z.strictObject({ include_usage: z.literal(true) }).optional(),
})

export type Chat = z.output<typeof chat>

/** One chat as it came. */
export interface SeenChat {
  readonly headers: IncomingMessage['headers']
  readonly chat: Chat
  /** True when the client closed before there was an answer. */
  aborted: boolean
}

export interface ScriptedLlm {
  /** With `/v1`. */
  readonly url: string
  /** Taken one by one by the next chats. */
  readonly misfortunes: Misfortune[]
  /** Asked for each chat when no misfortune waits. */
  trouble: ((chat: Chat) => Misfortune | undefined) | undefined
  readonly seen: SeenChat[]
  models: string[]
  /** The key that every request must have. */
  key: string | undefined
  readonly close: () => Promise<void>
}

/** Words of a text: what stands for tokens here. */
const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((each) => each !== '')

const documentIn = (content: string): string =>
  /<document>\n([\s\S]*)\n<\/document>/.exec(content)?.[1] ?? ''

/** Ids of the chunks of a document, or that the summaries of its parts cite. */
const idsIn = (document: string): readonly string[] => {
  const found = [...document.matchAll(/<chunk id="([^"]*)">|cites="([^"]*)"/g)]
  return [...new Set(found.flatMap(([, id, cites]) => id ?? (cites ?? '').split(' ')))]
}

/** The first words of the document, within the budget, with a point about its last chunk; as the schema wants it. */
const answerTo = ({ model, messages, max_tokens: most }: Chat): Answer => {
  const document = documentIn(messages[1].content)
  const ids = idsIn(document)
  const words = wordsOf(document.replaceAll(/<[^>]*>/g, ' '))
  const summary = words.slice(0, Math.min(most, 8)).join(' ')
  const points = [{ text: words.slice(-3).join(' '), citations: ids.slice(-1) }]
  return {
    model,
    content: JSON.stringify({ summary, citations: ids, points }),
    finish: 'stop',
    usage: { prompt_tokens: words.length + 50, completion_tokens: wordsOf(summary).length },
  }
}

const completionOf = ({ model, content, refusal, finish, usage }: Answer): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, ...(refusal !== undefined && { refusal }) },
        logprobs: null,
        finish_reason: finish,
      },
    ],
    ...(usage && { usage }),
  })

const eventsOf = ({ model, content, refusal, finish, usage }: Answer): readonly string[] => {
  const of = (rest: object) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, ...rest })}\n\n`
  const choice = (delta: object, finish_reason: string | null = null) =>
    of({ choices: [{ index: 0, delta, finish_reason }] })
  return [
    ': keep-alive\n\n',
    choice({ role: 'assistant', content: '' }),
    ...(content.match(/[\s\S]{1,5}/gu) ?? []).map((each) => choice({ content: each })),
    ...(refusal === undefined ? [] : [choice({ refusal })]),
    choice({}, finish),
    ...(usage ? [of({ choices: [], usage })] : []),
    'data: [DONE]\n\n',
  ]
}

const sendJson = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body))
}

const problem = (message: string, type: string, code: string | null = null) => ({
  error: { message, type, param: null, code },
})

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString()
}

/** A server that speaks OpenAI's chat completions, refuses whatever is not exactly right, and fails as it is told to. */
export const startScriptedLlm = async (): Promise<ScriptedLlm> => {
  const server = createServer((request, response) => {
    void answer(request, response)
  })

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    if (scripted.key !== undefined && request.headers.authorization !== `Bearer ${scripted.key}`)
      return sendJson(
        response,
        401,
        problem('Incorrect key', 'invalid_request_error', 'invalid_api_key'),
      )
    const route = `${request.method} ${request.url}`
    if (route === 'GET /v1/models')
      return sendJson(response, 200, {
        object: 'list',
        data: scripted.models.map((id) => ({ id, object: 'model', created: 1, owned_by: 'test' })),
      })
    if (route !== 'POST /v1/chat/completions')
      return sendJson(response, 404, problem('Not Found', 'NotFoundError'))
    const read = chat.safeParse(JSON.parse(body))
    if (!read.success || request.headers['content-type'] !== 'application/json')
      return sendJson(
        response,
        400,
        problem(`${read.error?.message}: ${body}`, 'BadRequestError', 'strict'),
      )
    if (!scripted.models.includes(read.data.model))
      return sendJson(response, 404, problem('No such model', 'NotFoundError', 'model_not_found'))
    chatOn(request, response, read.data)
  }

  const chatOn = (request: IncomingMessage, response: ServerResponse, asked: Chat): void => {
    const seen: SeenChat = { headers: request.headers, chat: asked, aborted: false }
    scripted.seen.push(seen)
    response.once('close', () => {
      seen.aborted = !response.writableFinished
    })
    const misfortune = scripted.misfortunes.shift() ?? scripted.trouble?.(asked)
    if (misfortune?.kind === 'hang') return
    if (misfortune?.kind === 'reset') return void request.socket.destroy()
    if (misfortune?.kind === 'status')
      return sendJson(response, misfortune.status, misfortune.body, misfortune.headers)
    if (misfortune?.kind === 'body') return sendJson(response, 200, misfortune.body)
    const made = answerTo(asked)
    const changed = misfortune?.kind === 'answer' ? { ...made, ...misfortune.change(made) } : made
    const pieces = asked.stream ? eventsOf(changed) : [completionOf(changed)]
    const whole = pieces.join('')
    response.writeHead(200, {
      'content-type': asked.stream ? 'text/event-stream' : 'application/json',
    })
    switch (misfortune?.kind) {
      case 'truncated':
        return void response.write(whole.slice(0, whole.length >> 1), () =>
          request.socket.destroy(),
        )
      case 'stall':
        return void response.write(whole.slice(0, whole.length >> 1))
      case 'early-end':
        return void response.end(
          asked.stream ? pieces.slice(0, -3).join('') : whole.slice(0, whole.length >> 1),
        )
      default:
        for (const piece of pieces) response.write(piece)
        response.end()
    }
  }

  const scripted: ScriptedLlm = {
    url: '',
    misfortunes: [],
    trouble: undefined,
    seen: [],
    models: ['tiny-chat'],
    key: undefined,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(scripted, { url: `http://127.0.0.1:${port}/v1` })
}
