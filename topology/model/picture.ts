import type { Description, NodeDescription, SubTopologyDescription } from './describe.ts'

/**
 * The topology as boxes and arrows, for the renderers of pictures. To fit one screen, sources and topic sinks become arrows
 * from and to topics, selections become labels of arrows, and stages that follow each other without a branch share a box,
 * one line each.
 */
export interface Picture {
  readonly topics: readonly Box[]
  readonly groups: readonly Group[]
  readonly arrows: readonly Arrow[]
}

export interface Box {
  /** Letters and digits, unique in the picture. */
  readonly id: string
  readonly lines: readonly string[]
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

interface Part {
  readonly nodes: ReadonlyMap<string, NodeDescription>
  readonly parentOf: ReadonlyMap<string, string>
  readonly childrenOf: (name: string) => readonly string[]
}

const partOf = ({ nodes, edges }: SubTopologyDescription): Part => ({
  nodes: new Map(nodes.map((node) => [node.name, node])),
  parentOf: new Map(edges.map((edge) => [edge.to, edge.from])),
  childrenOf: (name) => edges.filter((edge) => edge.from === name).map((edge) => edge.to),
})

const isStage = (part: Part, name: string | undefined): name is string =>
  name !== undefined && part.nodes.get(name)?.kind === 'stage'

/** True for a stage that shares the box of the stage before it. */
const joinsParent = (part: Part, name: string): boolean => {
  const parent = part.parentOf.get(name)
  return isStage(part, name) && isStage(part, parent) && part.childrenOf(parent).length === 1
}

/** The stages of one box, from the first. */
const chainFrom = (part: Part, name: string): readonly string[] => {
  const [next] = part.childrenOf(name)
  return next !== undefined && joinsParent(part, next) ? [name, ...chainFrom(part, next)] : [name]
}

const boxesOf = (part: Part, group: string): readonly Box[] =>
  [...part.nodes.values()].flatMap((node, place): readonly Box[] => {
    const id = `${group}n${place}`
    if (node.kind === 'sink') return [{ id, lines: [node.name], shape: 'sink' }]
    if (node.kind !== 'stage' || joinsParent(part, node.name)) return []
    return [{ id, lines: chainFrom(part, node.name), shape: 'stage' }]
  })

interface Ids {
  readonly topic: (name: string) => string
  readonly box: (node: string) => string
}

/** Where the arrow to a node begins, and the selections on its way. */
const startOf = (
  part: Part,
  ids: Ids,
  name: string,
  labels: readonly string[] = [],
): readonly [string, string] => {
  const parent = part.nodes.get(part.parentOf.get(name) ?? '')
  if (!parent) throw new Error(`nothing leads to node "${name}"`)
  if (parent.kind === 'select') return startOf(part, ids, parent.name, [parent.name, ...labels])
  const from = parent.kind === 'source' ? ids.topic(parent.topic) : ids.box(parent.name)
  return [from, labels.join(', ')]
}

const arrowsOf = (part: Part, ids: Ids): readonly Arrow[] =>
  [...part.nodes.values()].flatMap((node) => {
    if (node.kind === 'source' || node.kind === 'select' || joinsParent(part, node.name)) return []
    const [from, label] = startOf(part, ids, node.name)
    const to = node.kind === 'topic-sink' ? ids.topic(node.topic) : ids.box(node.name)
    return [{ from, to, label }]
  })

/** Topics that the graph itself neither reads nor writes, such as the ledger, are left out. */
export const pictureOf = (description: Description): Picture => {
  const topicIds = new Map(description.topics.map(({ name }, index) => [name, `t${index}`]))
  const topic = (name: string): string => topicIds.get(name) ?? name
  const parts = description.subTopologies.map((each, index) => {
    const part = partOf(each)
    const group = { id: `g${index}`, label: each.name, boxes: boxesOf(part, `g${index}`) }
    const box = (node: string): string =>
      group.boxes.find(({ lines }) => lines.includes(node))?.id ?? node
    return { group, arrows: arrowsOf(part, { topic, box }) }
  })
  const arrows = parts.flatMap((each) => each.arrows)
  const used = new Set(arrows.flatMap(({ from, to }) => [from, to]))
  const topics = description.topics
    .map(({ name }): Box => ({ id: topic(name), lines: [name], shape: 'topic' }))
    .filter(({ id }) => used.has(id))
  return { topics, groups: parts.map(({ group }) => group), arrows }
}
