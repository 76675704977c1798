import type { Description, NodeDescription, SubTopologyDescription } from './describe.ts'

/**
 * The topology as boxes and arrows, for the renderers of pictures. Sources and topic sinks become arrows from and to
 * topics, and selections become labels of arrows, so that a picture shows topics, stages and sinks only.
 */
export interface Picture {
  readonly topics: readonly Box[]
  readonly groups: readonly Group[]
  readonly arrows: readonly Arrow[]
}

export interface Box {
  /** Letters and digits, unique in the picture. */
  readonly id: string
  readonly label: string
  readonly shape: 'topic' | 'stage' | 'sink'
}

export interface Group {
  readonly id: string
  readonly label: string
  readonly boxes: readonly Box[]
}

export interface Arrow {
  readonly from: string
  readonly to: string
  readonly label: string
}

type Named = NodeDescription & { readonly kind: 'stage' | 'sink' }

const isBox = (node: NodeDescription): node is Named =>
  node.kind === 'stage' || node.kind === 'sink'

/** Arrows of one sub-topology, with `idOf` giving the box of a node or topic. */
const arrowsOf = (
  part: SubTopologyDescription,
  topicId: (name: string) => string,
  nodeId: (name: string) => string,
): readonly Arrow[] => {
  const byName = new Map(part.nodes.map((node) => [node.name, node]))
  const parentOf = new Map(part.edges.map((edge) => [edge.to, edge.from]))
  const startOf = (
    name: string | undefined,
    labels: readonly string[],
  ): readonly [string, string] => {
    const node = name === undefined ? undefined : byName.get(name)
    if (!node) throw new Error(`an edge of "${part.name}" begins at an unknown node`)
    if (node.kind === 'source') return [topicId(node.topic), labels.join(', ')]
    if (node.kind !== 'select') return [nodeId(node.name), labels.join(', ')]
    return startOf(parentOf.get(node.name), [node.name, ...labels])
  }
  return part.nodes.flatMap((node) => {
    if (node.kind === 'source' || node.kind === 'select') return []
    const [from, label] = startOf(parentOf.get(node.name), [])
    const to = node.kind === 'topic-sink' ? topicId(node.topic) : nodeId(node.name)
    return [{ from, to, label }]
  })
}

/** Topics that nobody reads or writes in the graph itself, such as the ledger, are left out. */
export const pictureOf = (description: Description): Picture => {
  const topicIds = new Map(description.topics.map(({ name }, index) => [name, `t${index}`]))
  const topicId = (name: string): string => topicIds.get(name) ?? 't'
  const groups = description.subTopologies.map((part, index) => ({
    id: `g${index}`,
    label: part.name,
    boxes: part.nodes.filter(isBox).map((node, place): Box => ({
      id: `g${index}n${place}`,
      label: node.name,
      shape: node.kind,
    })),
  }))
  const arrows = description.subTopologies.flatMap((part, index) => {
    const ids = new Map(groups[index]?.boxes.map((box) => [box.label, box.id]))
    return arrowsOf(part, topicId, (name) => ids.get(name) ?? name)
  })
  const used = new Set(arrows.flatMap(({ from, to }) => [from, to]))
  const topics = description.topics
    .map(({ name }): Box => ({ id: topicId(name), label: name, shape: 'topic' }))
    .filter(({ id }) => used.has(id))
  return { topics, groups, arrows }
}
