import { incompatibilities } from '../../schemas/compatibility.ts'
import type { Description, TopicDescription } from './describe.ts'
import type { Change } from './diff.ts'

const schemaOf = (description: Description, fingerprint: string): string =>
  JSON.stringify(description.schemas[fingerprint] ?? null)

const directed = (reader: string, writer: string, what: string): readonly string[] =>
  incompatibilities(reader, writer).map(
    ({ path, message }) => `${what}: ${path ? `${path} ` : ''}${message}`,
  )

const schemaChange = (
  at: string,
  before: TopicDescription,
  after: TopicDescription,
  old: Description,
  current: Description,
): readonly Change[] => {
  if (before.subject !== after.subject)
    return [
      { class: 'breaks-consumers', at, message: `holds ${after.subject}, held ${before.subject}` },
    ]
  if (before.fingerprint === after.fingerprint) return []
  const [was, is] = [schemaOf(old, before.fingerprint), schemaOf(current, after.fingerprint)]
  if (was === 'null' || is === 'null')
    return [
      {
        class: 'breaks-consumers',
        at,
        message: 'schema changed, and a description lacks its text',
      },
    ]
  const problems = [
    ...directed(is, was, 'old records cannot be read'),
    ...directed(was, is, 'consumers with the old schema cannot read new records'),
  ]
  return problems.length === 0
    ? [{ class: 'safe', at, message: 'schema changed; both versions read each other' }]
    : problems.map((message) => ({ class: 'breaks-consumers', at, message }))
}

const shapeChange = (
  at: string,
  before: TopicDescription,
  after: TopicDescription,
): readonly Change[] => {
  const changes: Change[] = []
  if (before.partitions !== after.partitions) {
    const message = `${before.partitions} → ${after.partitions} partitions: keys move to other partitions`
    changes.push({ class: 'breaks-order', at, message })
  }
  if (before.cleanup !== after.cleanup) {
    const lost =
      after.cleanup === 'compact' ? 'older records of a key' : 'the last record of every key'
    const message = `clean-up ${before.cleanup} → ${after.cleanup}: ${lost} will be removed`
    changes.push({ class: 'breaks-consumers', at, message })
  }
  return changes
}

/** Topics removed, added or changed. */
export const topicChanges = (old: Description, current: Description): readonly Change[] => {
  const before = new Map(old.topics.map((topic) => [topic.name, topic]))
  const after = new Set(current.topics.map((topic) => topic.name))
  const removed = old.topics
    .filter(({ name }) => !after.has(name))
    .map(({ name }): Change => {
      const message = 'removed; its consumers get nothing more'
      return { class: 'breaks-consumers', at: `topic ${name}`, message }
    })
  const others = current.topics.flatMap((topic): readonly Change[] => {
    const at = `topic ${topic.name}`
    const known = before.get(topic.name)
    if (!known) return [{ class: 'safe', at, message: 'added' }]
    return [...schemaChange(at, known, topic, old, current), ...shapeChange(at, known, topic)]
  })
  return [...removed, ...others]
}
