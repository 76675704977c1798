import { parentPort, workerData } from 'node:worker_threads'
import { createChains, runChain, type Chains } from '../../topology/model/run-chain.ts'
import type { Topology } from '../../topology/model/topology.ts'
import { packError, type CallMessage, type ResultMessage, type WorkerStart } from './messages.ts'
import { packValue } from './pack-value.ts'

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

const post = (message: ResultMessage): void => {
  try {
    const { value, transfer } = packValue(message)
    parentPort?.postMessage(value, transfer)
  } catch (error) {
    parentPort?.postMessage({ id: message.id, kind: 'thrown', thrown: packError(error) })
  }
}

let tail: Promise<void> = Promise.resolve()
parentPort?.on('message', (call: CallMessage) => {
  tail = tail.then(async () => post(await answer(call)))
})
