import type { AskingStage, OrderMode, PureStage, Sink } from '../model/stage.ts'
import type { Topic } from '../model/topic.ts'
import type { Node, StageNode, SubTopology } from '../model/topology.ts'
import { childrenOf } from '../model/validate.ts'

/** Neighbouring pure stages, run in one go. */
export interface PureStep {
  readonly kind: 'pure'
  readonly id: string
  readonly nodes: readonly string[]
  readonly stages: readonly PureStage<never, unknown>[]
  readonly order: OrderMode
  readonly deadlineMs: number
  readonly next: readonly Step[]
}

export interface AskingStep {
  readonly kind: 'asking'
  readonly id: string
  readonly stage: AskingStage<unknown, unknown>
  readonly order: OrderMode
  readonly next: readonly Step[]
}

export interface SelectStep {
  readonly kind: 'select'
  readonly id: string
  readonly select: (value: unknown) => readonly unknown[]
  readonly next: readonly Step[]
}

export interface TopicSinkStep {
  readonly kind: 'topic-sink'
  readonly id: string
  readonly topic: Topic<unknown>
  readonly key: ((value: unknown) => string) | undefined
}

export interface SinkStep {
  readonly kind: 'sink'
  readonly id: string
  readonly sink: Sink<unknown>
}

/**
 * What the runtime executes: the tree of a sub-topology below one source, with neighbouring pure stages fused into one
 * step. A record passes every step exactly once, with none, one or several values.
 */
export type Step = PureStep | AskingStep | SelectStep | TopicSinkStep | SinkStep

/** One source topic of a sub-topology and what follows it. */
export interface Plan {
  readonly subTopology: string
  readonly topic: Topic<unknown>
  readonly steps: readonly Step[]
  /** Whether any of its stages takes the records of a partition one after another. */
  readonly partitionOrder: boolean
}

/** Whose notes in the commit metadata count for this source; see commit-metadata.ts. */
export const noteOwnerOf = (topologyHash: string, plan: Plan): string => {
  const [step] = plan.steps
  return step?.kind === 'sink' && step.sink.kind === 'range-sink'
    ? `${step.sink.name}@${step.sink.version}`
    : topologyHash
}

/** One plan per source node. */
export const plansOf = (part: SubTopology): readonly Plan[] =>
  part.nodes.flatMap((node) => {
    if (node.kind !== 'source') return []
    const steps = stepsAfter(part, node.name)
    const partitionOrder = steps.some(ordersPartition)
    return [{ subTopology: part.name, topic: node.topic, steps, partitionOrder }]
  })

const ordersPartition = (step: Step): boolean =>
  ('order' in step && step.order === 'partition') ||
  ('next' in step && step.next.some(ordersPartition))

const stepsAfter = (part: SubTopology, name: string): readonly Step[] =>
  childrenOf(part, name).map((node) => stepOf(part, node))

const stepOf = (part: SubTopology, node: Node): Step => {
  switch (node.kind) {
    case 'source':
      throw new Error(`source ${node.name} has a parent`)
    case 'stage':
      return node.stage.kind === 'pure' ? pureStep(part, node) : askingStep(part, node)
    case 'select': {
      const select = node.select as (value: unknown) => readonly unknown[]
      return { kind: 'select', id: node.name, select, next: stepsAfter(part, node.name) }
    }
    case 'topic-sink': {
      const key = node.key as ((value: unknown) => string) | undefined
      return { kind: 'topic-sink', id: node.name, topic: node.topic, key }
    }
    case 'sink':
      return { kind: 'sink', id: node.name, sink: node.sink as Sink<unknown> }
  }
}

const askingStep = (part: SubTopology, node: StageNode): AskingStep => ({
  kind: 'asking',
  id: node.name,
  stage: node.stage as AskingStage<unknown, unknown>,
  order: node.stage.order,
  next: stepsAfter(part, node.name),
})

const pureStep = (part: SubTopology, first: StageNode): PureStep => {
  const chain = pureChain(part, first)
  const stages = chain.map((node) => node.stage as PureStage<never, unknown>)
  const last = chain.at(-1) ?? first
  return {
    kind: 'pure',
    id: chain.map((node) => node.name).join('+'),
    nodes: chain.map((node) => node.name),
    stages,
    order: strictest(stages.map((stage) => stage.order)),
    deadlineMs: stages.reduce((sum, stage) => sum + stage.deadlineMs, 0),
    next: stepsAfter(part, last.name),
  }
}

const pureChain = (part: SubTopology, node: StageNode): readonly StageNode[] => {
  const [only, ...others] = childrenOf(part, node.name)
  const fusible = only?.kind === 'stage' && only.stage.kind === 'pure' && others.length === 0
  return fusible ? [node, ...pureChain(part, only)] : [node]
}

const strictest = (orders: readonly OrderMode[]): OrderMode =>
  orders.includes('partition') ? 'partition' : orders.includes('key') ? 'key' : 'none'
