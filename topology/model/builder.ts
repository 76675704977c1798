import { createHash } from 'node:crypto'
import type { DeadLetter, LedgerEntry } from '../../schemas/generated/types.ts'
import type { Sink, Stage } from './stage.ts'
import type { Topic, TopicInfo } from './topic.ts'
import type { Node, SubTopology, Topology } from './topology.ts'
import { problemsOf, type Problem } from './validate.ts'

/** Thrown by `build()` with every problem of the graph at once. */
export class TopologyError extends Error {
  readonly problems: readonly Problem[]

  constructor(name: string, problems: readonly Problem[]) {
    const lines = problems.map(({ at, message }) => `  ${at}: ${message}`)
    super(`topology ${name} cannot be built:\n${lines.join('\n')}`)
    this.name = 'TopologyError'
    this.problems = problems
  }
}

/** Records of one type on their way through a sub-topology. */
export interface Stream<V> {
  /** Adds a stage. */
  readonly via: <O>(stage: Stage<V, O>) => Stream<O>
  /** Starts a branch with what `select` picks of every value. Inline and cheap. */
  readonly select: <O>(name: string, select: (value: V) => readonly O[]) => Stream<O>
  /** Ends in a topic. */
  readonly to: (topic: Topic<V>, options?: { readonly key?: (value: V) => string }) => void
  /** Ends in a sink. */
  readonly sink: (sink: Sink<V>) => void
}

export interface SubTopologyBuilder {
  /** Reads a topic. */
  readonly from: <V>(topic: Topic<V>) => Stream<V>
}

export interface TopologyBuilder {
  /** Starts a sub-topology: one consumer group that can be scaled by itself. */
  readonly subTopology: (name: string, doc: string) => SubTopologyBuilder
  /** Checks the whole graph. Throws {@link TopologyError} with all problems at once. */
  readonly build: () => Topology
}

export interface TopologyOptions {
  readonly topics: readonly TopicInfo[]
  readonly deadLetters: Topic<DeadLetter>
  readonly ledger: Topic<LedgerEntry>
}

/** `file:line` of the caller of the builder. */
const callSite = (): string => {
  const lines = new Error('call site').stack?.split('\n') ?? []
  const line = lines.slice(1).find((each) => !/builder\.(ts|js)/.test(each))
  const match = /((?:[\w.-]+\/)?[\w.-]+):(\d+):\d+\)?$/.exec(line ?? '')
  return match ? `${match[1]}:${match[2]}` : 'unknown'
}

type NewNode = Node extends infer N ? (N extends Node ? Omit<N, 'declaredAt'> : never) : never

const streamFrom = <V>(add: (node: NewNode) => void, parent: string): Stream<V> => ({
  via: (stage) => {
    add({ kind: 'stage', name: stage.name, parent, stage: stage as Stage<never, unknown> })
    return streamFrom(add, stage.name)
  },
  select: (name, select) => {
    add({ kind: 'select', name, parent, select: select as (value: never) => readonly unknown[] })
    return streamFrom(add, name)
  },
  to: (topic, options) => {
    const key = options?.key as ((value: never) => string) | undefined
    const sink = {
      kind: 'topic-sink',
      name: `to ${topic.name}`,
      parent,
      topic: topic as unknown as Topic<unknown>,
    } as const
    add(key ? { ...sink, key } : sink)
  },
  sink: (sink) => add({ kind: 'sink', name: sink.name, parent, sink: sink as Sink<never> }),
})

const hashOf = (name: string, parts: readonly SubTopology[]): string => {
  const shape = parts.map((part) => [part.name, part.nodes.map(shapeOf)])
  return createHash('sha256')
    .update(JSON.stringify([name, shape]))
    .digest('hex')
    .slice(0, 12)
}

const shapeOf = (node: Node): unknown => {
  switch (node.kind) {
    case 'source':
      return [node.name, node.topic.name, node.topic.partitions, node.topic.codec?.fingerprint]
    case 'stage':
      return [node.name, node.parent, node.stage.version, node.stage.order]
    case 'select':
      return [node.name, node.parent]
    case 'topic-sink':
      return [node.name, node.parent, node.topic.codec?.fingerprint]
    case 'sink':
      return [node.name, node.parent, node.sink.version]
  }
}

/** Starts a graph. Declaring has no side effects; `build()` checks it. */
export const topology = (name: string, options: TopologyOptions): TopologyBuilder => {
  const parts: { name: string; doc: string; nodes: Node[] }[] = []
  return {
    subTopology: (partName, doc) => {
      const nodes: Node[] = []
      parts.push({ name: partName, doc, nodes })
      const add = (node: NewNode): void => void nodes.push({ ...node, declaredAt: callSite() })
      return {
        from: (topic) => {
          const source = `from ${topic.name}`
          add({ kind: 'source', name: source, topic: topic as unknown as Topic<unknown> })
          return streamFrom(add, source)
        },
      }
    },
    build: () => {
      const built: Topology = {
        name,
        topics: options.topics,
        subTopologies: parts,
        deadLetters: options.deadLetters as unknown as Topic<unknown>,
        ledger: options.ledger as unknown as Topic<unknown>,
        hash: hashOf(name, parts),
      }
      const problems = problemsOf(built)
      if (problems.length > 0) throw new TopologyError(name, problems)
      return built
    },
  }
}
