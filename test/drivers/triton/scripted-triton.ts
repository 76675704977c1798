import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Tensor } from '../../../drivers/triton/tensor.ts'
import {
  BadRequest,
  modelsOf,
  outputsOf,
  parseInference,
  textsOf,
  type ScriptedModel,
} from './scripted-inference.ts'

/** What the next inference meets instead of, or on top of, its answer. */
export type Misfortune =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly error: string
      readonly headers?: Record<string, string>
    }
  /** The connection is closed before an answer. */
  | { readonly kind: 'reset' }
  /** The connection is closed in the middle of the answer. */
  | { readonly kind: 'truncated' }
  /** The answer says that it is this many bytes longer than it is, or shorter, and the connection stays. */
  | { readonly kind: 'length'; readonly by: number }
  /** Never answered. */
  | { readonly kind: 'hang' }
  /** 200 with an error. */
  | { readonly kind: 'error-object'; readonly error: string }
  /** 200 with this body. */
  | { readonly kind: 'body'; readonly body: string }
  /** The answer's JSON, changed. */
  | { readonly kind: 'header'; readonly change: (header: AnswerHeader) => unknown }
  /** The answer's tensors, changed. */
  | { readonly kind: 'tensors'; readonly change: (tensors: readonly Tensor[]) => readonly Tensor[] }

export interface AnswerHeader {
  model_name: string
  model_version: string
  id?: string
  outputs: Record<string, unknown>[]
}

/** One inference as it came. */
export interface SeenInference {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly header: Record<string, unknown>
  readonly inputs: readonly Tensor[]
  /** Resolves when the client closed before there was an answer. */
  aborted: boolean
}

export interface ScriptedTriton {
  readonly url: string
  /** Taken one by one by the next inferences. */
  readonly misfortunes: Misfortune[]
  /** Asked for each inference when no misfortune waits. */
  trouble: ((texts: readonly string[]) => Misfortune | undefined) | undefined
  readonly seen: SeenInference[]
  /** The metadata and configuration of models; may be changed. */
  readonly models: Map<string, ScriptedModel>
  /** The header that every request must have. */
  token: string | undefined
  stats: unknown
  /** What readiness is answered; a frozen server answers nothing at all. */
  state: 'ready' | 'not-ready' | 'frozen'
  /** How often it was asked whether it is ready. */
  proofs: number
  readonly close: () => Promise<void>
}

/**
 * A server that speaks KServe v2 as Triton does, computes with the embedded models, refuses whatever Triton would refuse, and
 * fails as it is told to.
 */
export const startScriptedTriton = async (tls?: {
  readonly pfx: Buffer
  readonly passphrase: string
}): Promise<ScriptedTriton> => {
  const listener: RequestListener = (request, response) => {
    void answer(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'unknown'
      sendJson(response, error instanceof BadRequest ? 400 : 500, { error: message })
    })
  }
  const server = tls ? createTlsServer(tls, listener) : createHttpServer(listener)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (scripted.token !== undefined && request.headers.authorization !== scripted.token)
      return sendJson(response, 403, { error: 'This API is restricted, expecting header' })
    const body = await bodyOf(request)
    const path = request.url ?? ''
    if (scripted.state === 'frozen') return
    if (path === '/v2/health/ready') {
      scripted.proofs++
      return void response.writeHead(scripted.state === 'ready' ? 200 : 400).end()
    }
    if (path === '/v2/repository/index') {
      const all = [...scripted.models].flatMap(([name, { versions }]) =>
        versions.map((version) => ({ name, version, state: 'READY' })),
      )
      return sendJson(response, 200, all)
    }
    const [, , , name = '', , version, what] = path.split('/')
    const model = scripted.models.get(decodeURIComponent(name))
    if (!model || (version !== undefined && !model.versions.includes(version)))
      return sendJson(response, 404, {
        error: `Request for unknown model: '${name}' is not found`,
      })
    if (request.method === 'GET') {
      if (what === 'config') return sendJson(response, 200, { name, ...model.config })
      if (what === 'stats')
        return scripted.stats === undefined
          ? sendJson(response, 403, { error: 'This API is restricted' })
          : sendJson(response, 200, scripted.stats)
      return sendJson(response, 200, {
        name,
        versions: model.versions,
        platform: 'python',
        ...model.metadata,
      })
    }
    if (what !== 'infer') return sendJson(response, 404, { error: 'not found' })
    infer(request, response, body, { name, version: version ?? '' })
  }

  const infer = (
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    model: { readonly name: string; readonly version: string },
  ): void => {
    const { header, inputs } = parseInference(request, body)
    const seen: SeenInference = {
      path: request.url ?? '',
      headers: request.headers,
      header,
      inputs,
      aborted: false,
    }
    scripted.seen.push(seen)
    response.once('close', () => {
      seen.aborted = !response.writableFinished
    })
    const texts = textsOf(inputs)
    const misfortune = scripted.misfortunes.shift() ?? scripted.trouble?.(texts)
    if (misfortune?.kind === 'hang') return
    if (misfortune?.kind === 'reset') return void request.socket.destroy()
    if (misfortune?.kind === 'status')
      return sendJson(response, misfortune.status, { error: misfortune.error }, misfortune.headers)
    if (misfortune?.kind === 'error-object')
      return sendJson(response, 200, { error: misfortune.error })
    if (misfortune?.kind === 'body')
      return void response
        .writeHead(200, { 'content-length': Buffer.byteLength(misfortune.body) })
        .end(misfortune.body)
    const made = outputsOf(model, texts, inputs)
    const tensors = misfortune?.kind === 'tensors' ? misfortune.change(made) : made
    const answerHeader: AnswerHeader = {
      model_name: model.name,
      model_version: model.version,
      id: String(header['id']),
      outputs: tensors.map((each) => ({
        name: each.name,
        datatype: each.datatype,
        shape: each.shape,
        parameters: { binary_data_size: each.bytes.byteLength },
      })),
    }
    const changed = misfortune?.kind === 'header' ? misfortune.change(answerHeader) : answerHeader
    const json = Buffer.from(JSON.stringify(changed))
    const all = Buffer.concat([json, ...tensors.map(({ bytes }) => bytes)])
    const by = misfortune?.kind === 'length' ? misfortune.by : 0
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': json.length,
      'content-length': all.length + by,
    })
    if (misfortune?.kind === 'truncated') {
      response.write(all.subarray(0, all.length >> 1), () => request.socket.destroy())
      return
    }
    // Written past node:http, which would not let a length be wrong.
    if (by !== 0) {
      response.flushHeaders()
      request.socket.write(all, () => by > 0 && request.socket.end())
      return
    }
    response.end(all)
  }

  const scripted: ScriptedTriton = {
    url: '',
    misfortunes: [],
    trouble: undefined,
    seen: [],
    models: modelsOf(),
    token: undefined,
    stats: undefined,
    state: 'ready',
    proofs: 0,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(scripted, { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}` })
}

const sendJson = (
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void => {
  const body = JSON.stringify(value)
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...headers,
    })
    .end(body)
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
