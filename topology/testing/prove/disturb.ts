import { Fault } from '../../model/failure.ts'
import type { AskingStage, BatchSink, RangeSink, Sink } from '../../model/stage.ts'
import type { Node, Topology } from '../../model/topology.ts'
import type { Clock } from '../../ports/clock.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { tamperNodes } from '../simulation/tamper.ts'

const longestMs = 30
/** Share of first calls that fail before they are made, and share that were made and whose answer is lost. */
const faulty = 0.05

interface Called {
  readonly attempt: number
  readonly ports: { readonly clock: Clock }
}

/** Makes asking stages and sinks slow and, the first time, unreliable: what they do happens, or not, or unnoticed. */
export const disturb = (topology: Topology, random: SeededRandom): Topology => {
  const around = async <T>(
    { attempt, ports }: Called,
    timeoutMs: number,
    work: () => Promise<T>,
  ): Promise<T> => {
    const ms = random.int(0, Math.min(longestMs, timeoutMs * 0.4))
    await new Promise<void>((resolve) => void ports.clock.after(ms, resolve))
    const fate = attempt === 1 ? random.next() : 1
    if (fate < faulty) throw new Fault('transient', 'simulation', 'a planted fault')
    const result = await work()
    if (fate < 2 * faulty) throw new Fault('transient', 'simulation', 'a lost answer')
    return result
  }
  const stage = (given: AskingStage<never, unknown>): AskingStage<never, unknown> => ({
    ...given,
    run: (value, context) =>
      around(context, given.timeoutMs, async () => given.run(value, context)),
  })
  const batchSink = (given: BatchSink<unknown>): BatchSink<unknown> => ({
    ...given,
    write: (records, context) =>
      around(context, given.timeoutMs, () => given.write(records, context)),
  })
  const rangeSink = (given: RangeSink<unknown>): RangeSink<unknown> => ({
    ...given,
    write: (range, context) => around(context, given.timeoutMs, () => given.write(range, context)),
  })
  const sink = (given: Sink<unknown>): Sink<unknown> =>
    given.kind === 'batch-sink' ? batchSink(given) : rangeSink(given)
  return tamperNodes((node: Node): Node => {
    if (node.kind === 'stage' && node.stage.kind === 'asking')
      return { ...node, stage: stage(node.stage) }
    return node.kind === 'sink'
      ? { ...node, sink: sink(node.sink as Sink<unknown>) as Sink<never> }
      : node
  })(topology)
}
