import type { TopicName } from '../../topology/model/record.ts'

/** Names as the cluster knows them: with the prefix of the deployment. */
export interface Names {
  readonly topic: (name: TopicName) => string
  /** The topic of ours, or undefined when it is somebody else's. */
  readonly ours: (name: string) => TopicName | undefined
  readonly group: (name: string) => string
  /** The compacted topic that keeps the state of a group. */
  readonly state: (group: string) => string
  /** The transactional id of whoever owns a partition. `topic` is the cluster's name of it, with the prefix. */
  readonly transactional: (group: string, topic: string, partition: number) => string
}

export const createNames = (prefix = ''): Names => ({
  topic: (name) => `${prefix}${name}`,
  ours: (name) => (name.startsWith(prefix) ? (name.slice(prefix.length) as TopicName) : undefined),
  group: (name) => `${prefix}${name}`,
  state: (group) => `${prefix}${group}.state`,
  transactional: (group, topic, partition) =>
    `${prefix}${group}.${topic.slice(prefix.length)}.${partition}`,
})
