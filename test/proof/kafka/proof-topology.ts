import { rawBytes } from '../../../bench/engine/raw-bytes.ts'
import { deadLetterCodec, ledgerEntryCodec } from '../../../schemas/generated/codecs.ts'
import { topology } from '../../../topology/model/builder.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { deadLetter, forward } from '../../../topology/model/outcome.ts'
import type { AskingStage, BatchSink } from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import type { Topology } from '../../../topology/model/topology.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import type { Random } from '../../../topology/ports/random.ts'
import { decodeItem, digestOf, encodeResult, isPoison } from './item.ts'

const partitions = 12

export const inputs = topic('inputs', rawBytes, { partitions })
export const results = topic('results', rawBytes, { partitions })
export const deadLetters = topic('dead-letters', deadLetterCodec, { partitions: 2 })
export const ledger = topic('ledger', ledgerEntryCodec, { partitions: 2 })

/** Where a worker hands its effects over, and what it is called there. */
export interface SinkAddress {
  readonly url: string
  readonly worker: string
}

/**
 *     inputs → work → results         a slow stage with state, transient faults and poison
 *     results → deliver → effects     a batching sink outside Kafka
 */
export const proofTopology = (address: SinkAddress): Topology => {
  const graph = topology('proof', { topics: [inputs, results], deadLetters, ledger })
  graph.subTopology('work', 'Works on inputs.').from(inputs).via(work).to(results)
  graph.subTopology('deliver', 'Hands results over.').from(results).sink(deliver(address))
  return graph.build()
}

const stateOf = (bytes: Uint8Array | undefined): number =>
  bytes ? Number(Buffer.from(bytes).toString()) : -1

/** Most calls are quick, some are slow, some fail and come again. */
const callOut = async (clock: Clock, random: Random, attempt: number): Promise<void> => {
  const ms = random.next() < 0.01 ? 300 : random.next() * 10
  await new Promise<void>((resolve) => void clock.after(ms, resolve))
  if (attempt === 1 && random.next() < 0.005)
    throw new Fault('transient', 'proof', 'a planted fault')
}

const work: AskingStage<Uint8Array, Uint8Array> = {
  kind: 'asking',
  name: 'work',
  version: 1,
  order: 'key',
  doc: 'Waits, and remembers the newest item of every key',
  concurrency: 400,
  timeoutMs: 10_000,
  keepsState: true,
  run: async (bytes, { ports, attempt, state }) => {
    const item = decodeItem(bytes)
    await callOut(ports.clock, ports.random, attempt)
    if (isPoison(item))
      return deadLetter({ disposition: 'POISON', code: 'planted', message: 'poison was planted' })
    const before = stateOf(state.get(item.key))
    const result = encodeResult({ ...item, digest: digestOf(item), before })
    // An item that comes again must not take the state back.
    const newest = Math.max(before, item.seq)
    return forward(result, { state: [{ key: item.key, value: Buffer.from(String(newest)) }] })
  },
}

const deliver = ({ url, worker }: SinkAddress): BatchSink<Uint8Array> => ({
  kind: 'batch-sink',
  name: 'effects',
  version: 1,
  doc: 'Writes batches outside Kafka',
  ordered: true,
  batch: { maxRecords: 200, lingerMs: 50 },
  timeoutMs: 10_000,
  write: async (records, { signal }) => {
    const body = records.map(({ value }) => Buffer.from(value).toString()).join('\n')
    const request = { method: 'POST', headers: { 'x-worker': worker }, body, signal }
    const response = await fetch(url, request).catch((error: unknown) => {
      throw new Fault('dependency-down', 'effects', 'the sink does not answer', error)
    })
    await response.arrayBuffer()
    return records.map(() => ({ kind: 'written' }))
  },
})
