// A server for benchmarks, in a process of its own: answers what KServe v2 says of an embedding model of any name, and each inference
// with the same bytes. `WIDTH EXEC_MS RTT_MS text|ids`: a batch is computed for EXEC_MS, one at a time; at 0 it is answered at once.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const [width = 384, execMs = 0, rttMs = 0] = process.argv.slice(2, 5).map(Number)
const readsText = process.argv[5] === 'text'
const input = readsText
  ? { name: 'text', datatype: 'BYTES', shape: [-1, 1] }
  : { name: 'input_ids', datatype: 'INT64', shape: [-1, -1] }
const modelIn = (path: string): string => /\/models\/([^/]+)/.exec(path)?.[1] ?? ''
/** A start wants a model for summaries as well; this one is never asked. */
const isForSummaries = (name: string): boolean => name.startsWith('summarise-')
const SUMMARY_OUTPUTS = ['summary', 'tokens_in', 'tokens_out', 'truncated']
const metadataOf = (name: string) => ({
  name,
  versions: ['1'],
  inputs: [input],
  outputs: isForSummaries(name)
    ? SUMMARY_OUTPUTS.map((each) => ({ name: each, datatype: 'BYTES', shape: [-1, 1] }))
    : [{ name: 'embedding', datatype: 'FP32', shape: [-1, width] }],
})
const configOf = (name: string) => ({
  max_batch_size: 1024,
  parameters: { task: { string_value: isForSummaries(name) ? 'summarise' : 'embed' } },
})

let busySince: number | undefined
let busyMs = 0
let queueMs = 0
let computeMs = 0
let count = 0
let itemCount = 0
const waiting: (() => void)[] = []

/** Timers are late by up to a millisecond and more: the time that passed is what counts as busy. */
const computed = async (): Promise<void> => {
  const arrived = performance.now()
  if (busySince !== undefined) await new Promise<void>((resolve) => waiting.push(resolve))
  const started = performance.now()
  busySince = started
  queueMs += started - arrived
  await new Promise((resolve) => setTimeout(resolve, execMs))
  const took = performance.now() - started
  busyMs += took
  computeMs += took
  busySince = undefined
  waiting.shift()?.()
}

const json = (response: ServerResponse, value: unknown): void => {
  const body = JSON.stringify(value)
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    .end(body)
}

const vectors = new Map<number, Float32Array>()
const vectorsOf = (items: number): Float32Array => {
  const known =
    vectors.get(items) ?? new Float32Array(items * width).map((_, i) => (i % width === 0 ? 1 : 0))
  vectors.set(items, known)
  return known
}

const answer = (
  response: ServerResponse,
  { model, id, items, binary }: { model: string; id: string; items: number; binary: boolean },
): void => {
  const values = vectorsOf(items)
  const output = { name: 'embedding', datatype: 'FP32', shape: [items, width] }
  const header = { model_name: model, model_version: '1', id }
  if (!binary)
    return json(response, { ...header, outputs: [{ ...output, data: Array.from(values) }] })
  const said = { ...output, parameters: { binary_data_size: values.byteLength } }
  const head = Buffer.from(JSON.stringify({ ...header, outputs: [said] }))
  response
    .writeHead(200, {
      'inference-header-content-length': head.length,
      'content-length': head.length + values.byteLength,
    })
    .end(Buffer.concat([head, new Uint8Array(values.buffer)]))
}

const infer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const length = request.headers['inference-header-content-length']
  const body = Buffer.concat(chunks)
  const head = (length === undefined ? body : body.subarray(0, Number(length))).toString()
  const items = Number(/"shape":\[(\d+)/.exec(head)?.[1] ?? 0)
  const id = /"id":"([^"]*)"/.exec(head)?.[1] ?? ''
  if (execMs > 0) {
    await new Promise((resolve) => setTimeout(resolve, rttMs))
    await computed()
  }
  count++
  itemCount += items
  answer(response, { model: modelIn(request.url ?? ''), id, items, binary: length !== undefined })
}

const stats = () => {
  const of = (ns: number) => ({ count, ns: Math.round(ns) })
  const inference_stats = {
    success: of((queueMs + computeMs) * 1e6),
    queue: of(queueMs * 1e6),
    compute_input: of(0),
    compute_infer: of(computeMs * 1e6),
    compute_output: of(0),
  }
  return { model_stats: [{ inference_count: itemCount, execution_count: count, inference_stats }] }
}

const server = createServer((request, response) => {
  const path = request.url ?? ''
  if (path === '/busy') return json(response, { busyMs })
  if (path.endsWith('/infer')) return void infer(request, response)
  if (path.endsWith('/config')) return json(response, configOf(modelIn(path)))
  if (path.endsWith('/stats')) return json(response, stats())
  return json(response, metadataOf(modelIn(path)))
})
server.listen(0, '127.0.0.1', () =>
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
process.on('disconnect', () => process.exit(0))
