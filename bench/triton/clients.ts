import { Pool } from 'undici'
import { encodeRequest, outgoing } from '../../drivers/triton/encode-request.ts'
import { exchange } from '../../drivers/http/exchange.ts'
import { numbersTensor } from '../../drivers/triton/tensor.ts'
import { createTritonModelServer } from '../../drivers/triton/triton-model-server.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import { systemRandom as random } from '../../drivers/system/system-random.ts'

/** One way to send [items, tokens] ids and get [items, width] floats. */
export interface Client {
  readonly name: string
  /** Answers the first float, so that the answer is looked at. */
  readonly ask: () => Promise<number>
  readonly close: () => Promise<void>
}

const PATH = '/v2/models/mock/versions/1/infer'
const CONNECTIONS = 4

/** The driver, JSON over the same undici, and undici alone with bytes that were encoded before and are not decoded. */
export const createClients = (url: string, items: number, tokens: number): readonly Client[] => {
  const rows = Array.from({ length: items }, (_, row) =>
    Int32Array.from({ length: tokens }, (__, i) => (row * 7919 + i * 104_729) % 30_000),
  )
  return [driver(url, rows), json(url, rows), bare(url, rows)]
}

const driver = (url: string, rows: readonly Int32Array[]): Client => {
  const server = createTritonModelServer(
    { endpoints: [url], connections: CONNECTIONS },
    { clock, random },
  )
  const inputs = rows.map((ids) => ({ ids }))
  return {
    name: 'driver, binary tensors',
    ask: async () => {
      const response = await server.infer({ model: 'mock', version: '1', inputs })
      return response.kind === 'vectors' ? (response.values[0] as number) : NaN
    },
    close: () => server.close(),
  }
}

const json = (url: string, rows: readonly Int32Array[]): Client => {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
  const shape = [rows.length, rows[0]?.length ?? 0]
  return {
    name: 'undici, JSON tensors',
    ask: async () => {
      const data = rows.flatMap((ids) => Array.from(ids))
      const body = JSON.stringify({
        id: 'x',
        inputs: [{ name: 'input_ids', datatype: 'INT64', shape, data }],
      })
      const answer = await pool.request({ method: 'POST', path: PATH, body })
      const read = (await answer.body.json()) as { outputs: { data: number[] }[] }
      return Float32Array.from(read.outputs[0]?.data ?? [])[0] as number
    },
    close: () => pool.close(),
  }
}

const bare = (url: string, rows: readonly Int32Array[]): Client => {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
  const shape = [rows.length, rows[0]?.length ?? 0]
  const words = new Int32Array(rows.length * (shape[1] as number) * 2)
  const inputs = [outgoing(numbersTensor('input_ids', 'INT64', shape, words))]
  const { body, headerLength } = encodeRequest({
    id: 'x',
    inputs,
    outputs: ['embedding'],
    parameters: {},
  })
  const headers = { 'inference-header-content-length': String(headerLength) }
  return {
    name: 'undici alone, nothing encoded',
    ask: async () => {
      const limits = { timeoutMs: 30_000, maxAnswerBytes: 1 << 26 }
      const { binary } = await exchange(
        pool,
        { method: 'POST', path: PATH, headers, body },
        limits,
        clock,
      )
      return new Float32Array(binary.buffer, binary.byteOffset, 1)[0] as number
    },
    close: () => pool.close(),
  }
}
