import { standIn, standInForNode } from './wire/load-kafkajs.ts'

type Make = (...args: readonly unknown[]) => unknown
type Class = new (...args: readonly unknown[]) => object

/** Requests for administration, transactions and logging in. */
const rareRequests = [
  'addOffsetsToTxn',
  'addPartitionsToTxn',
  'alterConfigs',
  'alterPartitionReassignments',
  'createAcls',
  'createPartitions',
  'createTopics',
  'deleteAcls',
  'deleteGroups',
  'deleteRecords',
  'deleteTopics',
  'describeAcls',
  'describeConfigs',
  'describeGroups',
  'endTxn',
  'listGroups',
  'listPartitionReassignments',
  'saslAuthenticate',
  'saslHandshake',
  'txnOffsetCommit',
] as const

interface RequestDefinition {
  readonly versions: unknown
  readonly protocol: unknown
}

const whenCalled =
  (load: () => unknown) =>
  (...args: readonly unknown[]): unknown =>
    (load() as Make)(...args)

/**
 * Leaves out, until they are called, the modules of kafkajs that most processes never need: its consumer, in whose place
 * are ours, the ways to log in, records as they were before Kafka 0.11, and requests for special purposes. Each takes its
 * share of a start. Must be called before kafkajs is loaded.
 */
export const loadLate = (): void => {
  for (const request of rareRequests)
    standIn(`protocol/requests/${request}/index`, (load) => ({
      get versions() {
        return (load() as RequestDefinition).versions
      },
      get protocol() {
        return (load() as RequestDefinition).protocol
      },
    }))
  standIn('consumer/index', whenCalled)
  standIn('protocol/messageSet/decoder', whenCalled)
  // Only for its transactions, which are not used.
  standInForNode('assert', whenCalled)
  standIn(
    'broker/saslAuthenticator/index',
    (load) =>
      // Called with `new`: what a constructor answers takes the place of what it made.
      function (...args: readonly unknown[]) {
        return new (load() as Class)(...args)
      },
  )
}
