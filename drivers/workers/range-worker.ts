import { parentPort, workerData } from 'node:worker_threads'
import { packProduceRecords } from '../../topology/model/pack-records.ts'
import { collectSometimes } from './collect-sometimes.ts'
import { packError } from './messages.ts'
import type { RangeAnswer, RangeRequest, RangeWorkerStart, RangeWriter } from './range-messages.ts'

/* The thread: opens the sinks, then writes the ranges that it is given. */
const start = workerData as RangeWorkerStart
const running = new Map<number, AbortController>()

const open = async (): Promise<RangeWriter> => {
  const module = (await import(start.module)) as Readonly<Record<string, unknown>>
  const make = module[start.exportName]
  if (typeof make !== 'function')
    throw new Error(`the module of the range sinks does not export ${start.exportName}`)
  return (await make(start.options)) as RangeWriter
}

/** What cannot be opened now may be there at the next call: a store or a registry that is away. */
let opening: Promise<RangeWriter> | undefined
const opened = (): Promise<RangeWriter> => {
  opening ??= open().catch((error: unknown) => {
    opening = undefined
    throw error
  })
  return opening
}

const post = (answer: RangeAnswer, transfer: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(answer, [...transfer])

/** To search the whole heap takes a small part of what a range does. */
const collectNowAndThen = collectSometimes(2)

const write = async ({ id, call, sources }: RangeRequest & { kind: 'write' }): Promise<void> => {
  const controller = new AbortController()
  running.set(id, controller)
  try {
    const range = { ...call.range, sources: [sources] }
    const { outputs: made, ...written } = await (
      await opened()
    ).write({ ...call, range }, controller.signal)
    const outputs = packProduceRecords(made)
    post({ kind: 'written', id, outputs, written }, [outputs.bytes.buffer as ArrayBuffer])
  } catch (error) {
    post({ kind: 'thrown', id, thrown: packError(error) })
  } finally {
    running.delete(id)
    collectNowAndThen()
  }
}

parentPort?.on('message', (request: RangeRequest) => {
  if (request.kind === 'write') void write(request)
  else running.get(request.id)?.abort()
})
