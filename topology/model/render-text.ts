import type { Description, NodeDescription, SubTopologyDescription } from './describe.ts'

const seconds = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`)

const factsOf = (node: NodeDescription): string => {
  switch (node.kind) {
    case 'source':
    case 'select':
      return ''
    case 'stage': {
      const width = node.concurrency === 'threads' ? 'on threads' : `${node.concurrency} at once`
      return `${node.work} v${node.version}, order ${node.order}, ${width}, ${seconds(node.deadlineMs)}`
    }
    case 'topic-sink':
      return node.key === 'own' ? 'own key' : ''
    case 'sink':
      return `${node.sink} sink v${node.version}, ${node.delivery}${node.ordered ? ', ordered' : ''}`
  }
}

const labelOf = (node: NodeDescription): string => {
  switch (node.kind) {
    case 'source':
      return node.topic
    case 'stage':
      return node.name
    case 'select':
      return `(${node.name})`
    case 'topic-sink':
      return `▶ ${node.topic}`
    case 'sink':
      return `■ ${node.name}`
  }
}

interface Line {
  readonly left: string
  readonly right: string
}

/** A chain stays on one margin; only branches are indented. */
const linesBelow = (
  part: SubTopologyDescription,
  parent: string,
  margin: string,
): readonly Line[] => {
  const names = part.edges.filter((edge) => edge.from === parent).map((edge) => edge.to)
  const children = part.nodes.filter((node) => names.includes(node.name))
  return children.flatMap((node, index) => {
    const right = factsOf(node)
    if (children.length === 1)
      return [{ left: `${margin}${labelOf(node)}`, right }, ...linesBelow(part, node.name, margin)]
    const last = index === children.length - 1
    const head = { left: `${margin}${last ? '└' : '├'} ${labelOf(node)}`, right }
    return [head, ...linesBelow(part, node.name, `${margin}${last ? ' ' : '│'} `)]
  })
}

const partLines = (part: SubTopologyDescription): readonly Line[] => [
  { left: part.name, right: part.doc },
  ...part.nodes
    .filter((node) => node.kind === 'source')
    .flatMap((node) => [
      { left: `  ◀ ${labelOf(node)}`, right: factsOf(node) },
      ...linesBelow(part, node.name, '    '),
    ]),
  { left: '', right: '' },
]

const topicLines = ({ topics }: Description): readonly Line[] =>
  topics.map(({ name, partitions, cleanup, subject, fingerprint }) => ({
    left: `  ${name}`,
    right: `${partitions} partitions, ${cleanup}, ${subject} ${fingerprint.slice(0, 8)}`,
  }))

const aligned = (lines: readonly Line[]): string => {
  const width = Math.max(...lines.map(({ left }) => left.length))
  return lines.map(({ left, right }) => `${left.padEnd(width)}  ${right}`.trimEnd()).join('\n')
}

/** The topology for people, on a terminal. ◀ reads a topic, ▶ writes one, ■ is a sink. */
export const renderText = (description: Description): string => {
  const { name, hash, deadLetters, ledger } = description
  const head = `${name} (${hash})\nevery sub-topology also writes ${deadLetters} and ${ledger}\n`
  const lines = [
    ...description.subTopologies.flatMap(partLines),
    { left: 'topics', right: '' },
    ...topicLines(description),
  ]
  return `${head}\n${aligned(lines)}\n`
}
