import type { Settings } from './stage.ts'
import type { Node, SubTopology, Topology } from './topology.ts'
import type { TopicInfo } from './topic.ts'

/** Version of the shape below. Grows when a reader of older descriptions would misread a new one. */
export const descriptionVersion = 1

/**
 * A topology as JSON: what `describe` prints, `diff` compares and pictures are drawn from. Everything is in declaration
 * order, names identify things, and nothing depends on the machine or on where the code stands in its files.
 */
export interface Description {
  readonly descriptionVersion: number
  readonly name: string
  readonly hash: string
  /** Topics to which every sub-topology writes besides its own. */
  readonly deadLetters: string
  readonly ledger: string
  readonly topics: readonly TopicDescription[]
  readonly subTopologies: readonly SubTopologyDescription[]
  /** Schemas by fingerprint, without docs. */
  readonly schemas: Readonly<Record<string, unknown>>
}

export interface TopicDescription {
  readonly name: string
  readonly partitions: number
  readonly cleanup: 'delete' | 'compact'
  readonly subject: string
  /** Hex SHA-256 of the schema; its text is in `schemas`. */
  readonly fingerprint: string
}

export interface SubTopologyDescription {
  /** Also names the consumer group. */
  readonly name: string
  readonly doc: string
  readonly nodes: readonly NodeDescription[]
  readonly edges: readonly EdgeDescription[]
}

export interface EdgeDescription {
  readonly from: string
  readonly to: string
}

export type NodeDescription =
  | { readonly kind: 'source'; readonly name: string; readonly topic: string }
  | {
      readonly kind: 'stage'
      readonly name: string
      readonly doc: string
      readonly work: 'pure' | 'asking'
      readonly version: number
      readonly order: 'key' | 'partition' | 'none'
      /** Records at work at once; 1 per worker thread for pure stages. */
      readonly concurrency: number | 'threads'
      /** CPU deadline of a pure stage, time-out of an asking one, per attempt. */
      readonly deadlineMs: number
      /** Options that change results; absent where there are none. */
      readonly settings?: Settings
    }
  | { readonly kind: 'select'; readonly name: string }
  | {
      readonly kind: 'topic-sink'
      readonly name: string
      readonly topic: string
      /** Whether outputs keep the key of the record or get one of their own. */
      readonly key: 'record' | 'own'
      readonly delivery: Delivery
    }
  | {
      readonly kind: 'sink'
      readonly name: string
      readonly doc: string
      readonly sink: 'batch' | 'range'
      readonly version: number
      readonly ordered: boolean
      readonly delivery: Delivery
      /** Most records of one write. */
      readonly maxRecords: number
      readonly deadlineMs: number
    }

/**
 * How an output comes to be there once although a record may be worked on again after a crash:
 * - `with-commit`: written together with the offset, or before it under ids that tell replays;
 * - `idempotent`: written again under the same ids;
 * - `claimed`: the range is claimed first, files are a function of the range.
 */
export type Delivery = 'with-commit' | 'idempotent' | 'claimed'

/** What readers of records do not see: docs, and our own attributes. */
const invisible = new Set(['doc', 'brand'])

const withoutDocs = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withoutDocs)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(([name]) => !invisible.has(name))
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutDocs(each)]))
}

const describeTopic = (topic: TopicInfo): TopicDescription => ({
  name: topic.name,
  partitions: topic.partitions,
  cleanup: topic.cleanup,
  subject: topic.codec.subject,
  fingerprint: topic.codec.fingerprint,
})

const describeNode = (node: Node): NodeDescription => {
  const { name } = node
  switch (node.kind) {
    case 'source':
      return { kind: 'source', name, topic: node.topic.name }
    case 'stage': {
      const { stage } = node
      const { doc, version, order, settings } = stage
      const common = { kind: 'stage', name, doc, work: stage.kind, version, order } as const
      const described = settings && { settings }
      return stage.kind === 'pure'
        ? { ...common, concurrency: 'threads', deadlineMs: stage.deadlineMs, ...described }
        : { ...common, concurrency: stage.concurrency, deadlineMs: stage.timeoutMs, ...described }
    }
    case 'select':
      return { kind: 'select', name }
    case 'topic-sink': {
      const key = node.key ? 'own' : 'record'
      return { kind: 'topic-sink', name, topic: node.topic.name, key, delivery: 'with-commit' }
    }
    case 'sink': {
      const { sink } = node
      const { doc, version, ordered, timeoutMs } = sink
      const range = sink.kind === 'range-sink'
      return {
        kind: 'sink',
        name,
        doc,
        sink: range ? 'range' : 'batch',
        version,
        ordered,
        delivery: range ? 'claimed' : 'idempotent',
        maxRecords: range ? sink.rotate.maxRecords : sink.batch.maxRecords,
        deadlineMs: timeoutMs,
      }
    }
  }
}

const describePart = (part: SubTopology): SubTopologyDescription => ({
  name: part.name,
  doc: part.doc,
  nodes: part.nodes.map(describeNode),
  edges: part.nodes.flatMap((node) =>
    node.kind === 'source' ? [] : [{ from: node.parent, to: node.name }],
  ),
})

/** Those of the graph, then dead letters and ledger where the graph does not list them. */
const topicsOf = ({ topics, deadLetters, ledger }: Topology): readonly TopicInfo[] => {
  const own: readonly TopicInfo[] = [deadLetters, ledger]
  return [...topics, ...own.filter(({ name }) => !topics.some((each) => each.name === name))]
}

/** The topology as JSON. */
export const describe = (topology: Topology): Description => ({
  descriptionVersion,
  name: topology.name,
  hash: topology.hash,
  deadLetters: topology.deadLetters.name,
  ledger: topology.ledger.name,
  topics: topicsOf(topology).map(describeTopic),
  subTopologies: topology.subTopologies.map(describePart),
  schemas: Object.fromEntries(
    topicsOf(topology)
      .map(({ codec }) => [codec.fingerprint, withoutDocs(JSON.parse(codec.schema))] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
})
