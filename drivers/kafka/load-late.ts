import { createRequire, Module } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

type Make = (...args: readonly unknown[]) => object
type Class = new (...args: readonly unknown[]) => object

/** Looked up once: each look takes several calls to the file system. */
const sources = join(dirname(require.resolve('kafkajs')), 'src')

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

/** Puts `exports` in the place of a module of kafkajs that was not loaded yet. Answers the module itself, once it is called. */
const standIn = (path: string, exports: (load: () => unknown) => unknown): void => {
  const file = join(sources, `${path}.js`)
  if (require.cache[file]) return
  const stand = new Module(file)
  let original: unknown
  const load = (): unknown => {
    if (original === undefined) {
      delete require.cache[file]
      original = require(file)
    }
    return original
  }
  stand.filename = file
  stand.loaded = true
  stand.exports = exports(load)
  require.cache[file] = stand
}

/**
 * Leaves out, until they are called, the modules of kafkajs that most processes never need: its consumer, in whose place
 * are ours, the ways to log in, and requests for special purposes. They are a third of its modules, and each takes its share
 * of a start. Must be called before kafkajs is loaded.
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
  standIn(
    'consumer/index',
    (load) =>
      (...args: readonly unknown[]) =>
        (load() as Make)(...args),
  )
  standIn('consumer/assigners/index', (load) => ({
    get roundRobin() {
      return (load() as { readonly roundRobin: unknown }).roundRobin
    },
  }))
  standIn(
    'broker/saslAuthenticator/index',
    (load) =>
      // Called with `new`: what a constructor answers takes the place of what it made.
      function (...args: readonly unknown[]) {
        return new (load() as Class)(...args)
      },
  )
}
