import { parentPort, workerData } from 'node:worker_threads'
import { createChains, runChain, type Chains } from '../../topology/model/run-chain.ts'
import type { Topology } from '../../topology/model/topology.ts'
import { collectSometimes } from './collect-sometimes.ts'
import {
  packError,
  type CallMessage,
  type PrepareMessage,
  type ResultMessage,
  type WorkerStart,
} from './messages.ts'
import { packValue, type Packed } from './pack-value.ts'

/* The thread: imports the topology, then answers calls one after the other. */
const start = workerData as WorkerStart
const progress = new Int32Array(start.progress)

const load = async (): Promise<Chains> => {
  const module = (await import(start.module)) as Readonly<Record<string, unknown>>
  const build = module[start.exportName]
  if (typeof build !== 'function')
    throw new Error(`the topology module does not export ${start.exportName}`)
  return createChains((await build(start.options)) as Topology)
}

const chains = load()
chains.catch(() => undefined)

const answer = async (call: CallMessage): Promise<ResultMessage> => {
  const { id } = call
  try {
    const links = await (await chains)(call.subTopology, call.nodes)
    Atomics.store(progress, 0, id)
    const result = await runChain(links, call.value, call.context, () => performance.now())
    return { id, kind: 'result', result }
  } catch (error) {
    return { id, kind: 'thrown', thrown: packError(error) }
  } finally {
    Atomics.store(progress, 0, 0)
  }
}

/** What goes wrong here goes wrong again for the first call, which says so. */
const prepare = ({ subTopology, nodes }: PrepareMessage): void => {
  chains.then((make) => make(subTopology, nodes)).catch(() => undefined)
}

/** Results wait this many milliseconds for others to go back with. */
const lingerMs = 5

let ready: Packed[] = []
let readySince = 0

const post = (): void => {
  const results = ready
  ready = []
  try {
    parentPort?.postMessage(
      results.map(({ value }) => value),
      results.flatMap(({ transfer }) => transfer),
    )
  } catch {
    for (const { value } of results) postAlone(value as ResultMessage)
  }
}

const postAlone = (message: ResultMessage): void => {
  try {
    parentPort?.postMessage([message])
  } catch (error) {
    parentPort?.postMessage([{ id: message.id, kind: 'thrown', thrown: packError(error) }])
  }
}

/** To search the whole heap here takes as long as some hundred calls. */
const collectNowAndThen = collectSometimes(1500)

/** A call whose memory was moved here could not run again if its result were lost with this thread: it does not wait. */
const answerAll = async (calls: readonly CallMessage[]): Promise<void> => {
  for (const [index, call] of calls.entries()) {
    const packed = packValue(await answer(call))
    if (ready.length === 0) readySince = performance.now()
    ready.push(packed)
    const isLast = index === calls.length - 1
    if (isLast || call.moved || performance.now() - readySince >= lingerMs) post()
    collectNowAndThen()
  }
}

let tail: Promise<void> = Promise.resolve()
parentPort?.on('message', (message: readonly CallMessage[] | PrepareMessage) => {
  if ('nodes' in message) prepare(message)
  else tail = tail.then(() => answerAll(message))
})
