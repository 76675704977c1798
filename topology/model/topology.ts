import type { Sink, Stage } from './stage.ts'
import type { Topic, TopicInfo } from './topic.ts'

/**
 * The graph as plain data. Building it has no side effects; the same object is run on any log, simulated, described
 * and compared. Values inside are of unknown type: the builder has checked that neighbours fit.
 */
export interface Topology {
  readonly name: string
  readonly topics: readonly TopicInfo[]
  readonly subTopologies: readonly SubTopology[]
  /** Where dead letters go. */
  readonly deadLetters: Topic<unknown>
  /** Where the ledger goes. */
  readonly ledger: Topic<unknown>
  /** Hex SHA-256 prefix over names, versions and edges: changes when done-maps of another topology must be ignored. */
  readonly hash: string
}

/** A connected part with its own consumer group. */
export interface SubTopology {
  readonly name: string
  readonly doc: string
  /** In declaration order: parents before children. */
  readonly nodes: readonly Node[]
}

interface NodeBase {
  readonly name: string
  /** `file:line` of the call that declared it. */
  readonly declaredAt: string
}

export interface SourceNode extends NodeBase {
  readonly kind: 'source'
  readonly topic: Topic<unknown>
}

export interface StageNode extends NodeBase {
  readonly kind: 'stage'
  readonly parent: string
  readonly stage: Stage<never, unknown>
}

/** Picks what goes down one branch: none, one or several values per value. Runs inline and must be cheap. */
export interface SelectNode extends NodeBase {
  readonly kind: 'select'
  readonly parent: string
  readonly select: (value: never) => readonly unknown[]
}

export interface TopicSinkNode extends NodeBase {
  readonly kind: 'topic-sink'
  readonly parent: string
  readonly topic: Topic<unknown>
  /** Key of the output; the key of the record when absent. */
  readonly key?: (value: never) => string
}

export interface SinkNode extends NodeBase {
  readonly kind: 'sink'
  readonly parent: string
  readonly sink: Sink<never>
}

export type Node = SourceNode | StageNode | SelectNode | TopicSinkNode | SinkNode
