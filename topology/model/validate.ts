import type { Node, SubTopology, Topology } from './topology.ts'

/** One thing that is wrong with a graph, and where. */
export interface Problem {
  /** `file:line`, or the name of the sub-topology or topic. */
  readonly at: string
  readonly message: string
}

/** Everything that is wrong with the graph: names, topics, schemas, cycles, order. */
export const problemsOf = (topology: Topology): readonly Problem[] => [
  ...duplicateParts(topology),
  ...topology.subTopologies.flatMap((part) => [
    ...duplicateNodes(part),
    ...unusedOutputs(part),
    ...orderProblems(part),
    ...streamProblems(part),
  ]),
  ...unknownTopics(topology),
  ...missingSchemas(topology),
  ...topicCycles(topology),
]

const repeated = <T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] =>
  items.filter((item, index) => items.findIndex((other) => nameOf(other) === nameOf(item)) < index)

const duplicateParts = (topology: Topology): readonly Problem[] => [
  ...repeated(topology.subTopologies, (part) => part.name).map((part) => ({
    at: part.nodes[0]?.declaredAt ?? part.name,
    message: `sub-topology "${part.name}" is declared twice; give one another name`,
  })),
  ...repeated(topology.topics, (topic) => topic.name).map((topic) => ({
    at: topic.name,
    message: `topic "${topic.name}" is declared twice; declare it once and share it`,
  })),
]

const duplicateNodes = (part: SubTopology): readonly Problem[] =>
  repeated(part.nodes, (node) => node.name).map((node) => ({
    at: node.declaredAt,
    message: `node "${node.name}" occurs twice in "${part.name}"; names identify nodes in commits and ledgers`,
  }))

/** A stage or branch that leads nowhere does its work for nothing. */
const unusedOutputs = (part: SubTopology): readonly Problem[] =>
  part.nodes
    .filter((node) => node.kind !== 'topic-sink' && node.kind !== 'sink')
    .filter((node) => !part.nodes.some((other) => parentOf(other) === node.name))
    .map((node) => ({
      at: node.declaredAt,
      message: `node "${node.name}" of "${part.name}" leads nowhere; end it with .to() or .sink()`,
    }))

const parentOf = (node: Node): string | undefined =>
  node.kind === 'source' ? undefined : node.parent

/** The nodes from the source down to `node`. */
export const pathTo = (part: SubTopology, node: Node): readonly Node[] => {
  const parent = part.nodes.find((other) => other.name === parentOf(node))
  return parent ? [...pathTo(part, parent), node] : [node]
}

const orderProblems = (part: SubTopology): readonly Problem[] =>
  part.nodes.flatMap((node) => {
    const ordered = node.kind === 'topic-sink' || (node.kind === 'sink' && node.sink.ordered)
    if (!ordered) return []
    const loose = pathTo(part, node).find(
      (each) => each.kind === 'stage' && each.stage.order === 'none',
    )
    if (!loose) return []
    const message = `unordered stage "${loose.name}" feeds ordered sink "${node.name}"; use order 'key' or a sink that needs none`
    return [{ at: node.declaredAt, message }]
  })

/** A range sink takes whole partitions, so nothing else may happen to the records it takes. */
const streamProblems = (part: SubTopology): readonly Problem[] =>
  part.nodes.flatMap((node) => {
    if (node.kind !== 'sink' || node.sink.kind !== 'range-sink') return []
    const path = pathTo(part, node)
    const alone = path.length === 2 && childrenOf(part, path[0]!.name).length === 1
    if (alone) return []
    const message = `range sink "${node.name}" must follow its source directly and alone`
    return [{ at: node.declaredAt, message }]
  })

export const childrenOf = (part: SubTopology, name: string): readonly Node[] =>
  part.nodes.filter((node) => parentOf(node) === name)

const topicsOf = (part: SubTopology) =>
  part.nodes.flatMap((node) =>
    node.kind === 'source' || node.kind === 'topic-sink' ? [{ node, topic: node.topic }] : [],
  )

const unknownTopics = (topology: Topology): readonly Problem[] =>
  topology.subTopologies.flatMap((part) =>
    topicsOf(part)
      .filter(({ topic }) => !topology.topics.some((known) => known.name === topic.name))
      .map(({ node, topic }) => ({
        at: node.declaredAt,
        message: `unknown topic "${topic.name}"; add it to the topics of the topology`,
      })),
  )

const missingSchemas = (topology: Topology): readonly Problem[] =>
  topology.topics
    .filter((topic) => !topic.codec)
    .map((topic) => ({ at: topic.name, message: `topic "${topic.name}" has no schema` }))

/** A record must not come back to where it was: topics and sub-topologies form no cycle. */
const topicCycles = (topology: Topology): readonly Problem[] => {
  const feeds = (part: SubTopology): readonly SubTopology[] => {
    const written = part.nodes.flatMap((n) => (n.kind === 'topic-sink' ? [n.topic.name] : []))
    return topology.subTopologies.filter((other) =>
      other.nodes.some((n) => n.kind === 'source' && written.includes(n.topic.name)),
    )
  }
  const reaches = (from: SubTopology, to: SubTopology, seen: Set<SubTopology>): boolean =>
    feeds(from).some((next) => {
      if (next === to) return true
      if (seen.has(next)) return false
      seen.add(next)
      return reaches(next, to, seen)
    })
  return topology.subTopologies
    .filter((part) => reaches(part, part, new Set()))
    .map((part) => ({
      at: part.nodes[0]?.declaredAt ?? part.name,
      message: `sub-topology "${part.name}" feeds itself through its topics; break the cycle`,
    }))
}
