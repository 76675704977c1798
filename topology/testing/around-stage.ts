import { deadLetterCodec, ledgerEntryCodec } from '../../schemas/generated/codecs.ts'
import { topology } from '../model/builder.ts'
import type { Stage } from '../model/stage.ts'
import { topic, type Topic } from '../model/topic.ts'
import type { Topology } from '../model/topology.ts'
import { anyCodec } from './any-codec.ts'

/** A topology of one stage: `input` → stage → `output`. */
export interface AroundStage<I, O> {
  readonly topology: Topology
  readonly input: Topic<I>
  readonly output: Topic<O>
}

/** Puts topics around a stage, for values of any kind that can be cloned, so that it can be run by itself. */
export const aroundStage = <I, O>(stage: Stage<I, O>): AroundStage<I, O> => {
  const input = topic('input', anyCodec<I>('input'))
  const output = topic('output', anyCodec<O>('output'))
  const graph = topology(`around-${stage.name}`, {
    topics: [input, output],
    deadLetters: topic('dead-letters', deadLetterCodec),
    ledger: topic('ledger', ledgerEntryCodec),
  })
  graph.subTopology('stage', 'The stage by itself.').from(input).via(stage).to(output)
  return { topology: graph.build(), input, output }
}
