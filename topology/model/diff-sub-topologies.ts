import type { Description, NodeDescription, SubTopologyDescription } from './describe.ts'
import type { Change, ChangeClass } from './diff.ts'

type Stage = Extract<NodeDescription, { kind: 'stage' }>
type Sink = Extract<NodeDescription, { kind: 'sink' }>
type TopicSink = Extract<NodeDescription, { kind: 'topic-sink' }>

/** A finding about one node, without its place. */
type Finding = readonly [ChangeClass, string]

/** How much of the order a mode keeps. */
const strength = { none: 0, key: 1, partition: 2 } as const

const stageFindings = (before: Stage, after: Stage): readonly Finding[] => {
  const findings: Finding[] = []
  if (before.version !== after.version)
    findings.push(['needs-replay', `version ${before.version} → ${after.version}: results change`])
  findings.push(...settingsFindings(before, after))
  if (before.order !== after.order) {
    const weaker = strength[after.order] < strength[before.order]
    const message = `order ${before.order} → ${after.order}`
    findings.push([weaker ? 'breaks-order' : 'safe', message])
  }
  if (before.work !== after.work) findings.push(['safe', `${before.work} → ${after.work}`])
  if (before.concurrency !== after.concurrency)
    findings.push(['safe', `concurrency ${before.concurrency} → ${after.concurrency}`])
  if (before.deadlineMs !== after.deadlineMs)
    findings.push(['safe', `deadline ${before.deadlineMs} → ${after.deadlineMs} ms`])
  return findings
}

/** A description of before there were settings does not tell them: then nobody knows whether results change. */
const settingsFindings = (before: Stage, after: Stage): readonly Finding[] => {
  const [old, current] = [before.settings, after.settings]
  if (!old && !current) return []
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(current ?? {})])
  return [...names].flatMap((name): readonly Finding[] =>
    old?.[name] === current?.[name]
      ? []
      : [
          [
            'needs-replay',
            `${name} ${old?.[name] ?? 'unknown'} → ${current?.[name] ?? 'none'}: results change`,
          ],
        ],
  )
}

const sinkFindings = (before: Sink, after: Sink): readonly Finding[] => {
  const findings: Finding[] = []
  if (before.version !== after.version)
    findings.push([
      'needs-replay',
      `version ${before.version} → ${after.version}: what is written changes`,
    ])
  if (before.ordered && !after.ordered)
    findings.push(['breaks-order', 'takes the records of a key in any order now'])
  if (before.sink !== after.sink)
    findings.push(['needs-replay', `${before.sink} → ${after.sink} sink: drain the old one first`])
  if (before.maxRecords !== after.maxRecords)
    findings.push(['safe', `batches of ${before.maxRecords} → ${after.maxRecords} records`])
  if (before.deadlineMs !== after.deadlineMs)
    findings.push(['safe', `deadline ${before.deadlineMs} → ${after.deadlineMs} ms`])
  return findings
}

const topicSinkFindings = (before: TopicSink, after: TopicSink): readonly Finding[] => {
  const findings: Finding[] = []
  if (before.key !== after.key)
    findings.push([
      'breaks-order',
      `key ${before.key} → ${after.key}: records of a key change partitions`,
    ])
  return findings
}

const nodeFindings = (before: NodeDescription, after: NodeDescription): readonly Finding[] => {
  if (before.kind === 'stage' && after.kind === 'stage') return stageFindings(before, after)
  if (before.kind === 'sink' && after.kind === 'sink') return sinkFindings(before, after)
  if (before.kind === 'topic-sink' && after.kind === 'topic-sink')
    return topicSinkFindings(before, after)
  if (before.kind !== after.kind)
    return [['needs-replay', `was a ${before.kind}, is a ${after.kind}`]]
  return []
}

const removedFinding = (node: NodeDescription): Finding => {
  switch (node.kind) {
    case 'source':
      return [
        'breaks-consumers',
        `${node.topic} is read no more; what is written to it stays unread`,
      ]
    case 'topic-sink':
      return ['breaks-consumers', `writes ${node.topic} no more`]
    case 'sink':
      return ['breaks-consumers', 'removed; what it wrote gets no newer']
    case 'stage':
    case 'select':
      return ['needs-replay', 'removed: results change']
  }
}

const addedFinding = (node: NodeDescription): Finding => {
  switch (node.kind) {
    case 'source':
      return ['safe', `reads ${node.topic} from the start`]
    case 'topic-sink':
    case 'sink':
      return ['needs-replay', 'added: gets nothing of what was processed before']
    case 'stage':
    case 'select':
      return ['needs-replay', 'added: results change']
  }
}

const parentOf = (part: SubTopologyDescription, name: string): string | undefined =>
  part.edges.find((edge) => edge.to === name)?.from

const movedFindings = (
  before: SubTopologyDescription,
  after: SubTopologyDescription,
  name: string,
): readonly Finding[] => {
  const [from, to] = [parentOf(before, name), parentOf(after, name)]
  return from === to
    ? []
    : [['needs-replay', `follows ${to ?? 'nothing'} now, followed ${from ?? 'nothing'}`]]
}

const partChanges = (
  before: SubTopologyDescription,
  after: SubTopologyDescription,
): readonly Change[] => {
  const change = (name: string, [level, message]: Finding): Change => ({
    class: level,
    at: `${after.name}/${name}`,
    message,
  })
  const old = new Map(before.nodes.map((node) => [node.name, node]))
  const kept = new Set(after.nodes.map((node) => node.name))
  const removed = before.nodes
    .filter((node) => !kept.has(node.name))
    .map((node) => change(node.name, removedFinding(node)))
  const others = after.nodes.flatMap((node) => {
    const known = old.get(node.name)
    const findings = known
      ? [...nodeFindings(known, node), ...movedFindings(before, after, node.name)]
      : [addedFinding(node)]
    return findings.map((finding) => change(node.name, finding))
  })
  return [...removed, ...others]
}

/** Sub-topologies removed, added or changed. */
export const subTopologyChanges = (old: Description, current: Description): readonly Change[] => {
  const before = new Map(old.subTopologies.map((part) => [part.name, part]))
  const kept = new Set(current.subTopologies.map((part) => part.name))
  const removed = old.subTopologies
    .filter(({ name }) => !kept.has(name))
    .map(({ name }): Change => {
      const message = 'removed; what it wrote gets no newer'
      return { class: 'breaks-consumers', at: name, message }
    })
  const others = current.subTopologies.flatMap((part): readonly Change[] => {
    const known = before.get(part.name)
    if (known) return partChanges(known, part)
    const message = 'added: a new consumer group, which begins at the start of its topics'
    return [{ class: 'safe', at: part.name, message }]
  })
  return [...removed, ...others]
}
