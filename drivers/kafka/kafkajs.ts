import type { ConnectionOptions } from 'node:tls'
import type * as Kafkajs from 'kafkajs'
import type { Admin, Mechanism, Producer, SASLOptions } from 'kafkajs'
import { registerCodecs } from './codecs.ts'
import type { KafkaConnection, KafkaSasl } from './options.ts'
import { loadLate } from './load-late.ts'
import { oauthBearer } from './oauth-bearer.ts'
import { openSocket } from './open-socket.ts'
import { shareConnecting } from './share-connecting.ts'
import type { FetchedBatch } from './wire/decode-batches.ts'
import type { ProducedTopic } from './wire/encode-batch.ts'
import { loadKafkajs as load } from './wire/load-kafkajs.ts'
import { mendKafkajs } from './wire/mend-kafkajs.ts'
import type { ProducerIdentity, RawBroker } from './wire/transaction-requests.ts'

/*
 * kafkajs 2.2.4, the only file that loads it, and of it what a start needs. Its producer and admin client are used as they
 * are, over clusters that are made here. Its consumer is not used: it
 * joins a group again before anybody could finish what is in flight, and commits under whatever generation is current. So
 * membership and fetching are ours (membership.ts, fetcher.ts), over the connections, metadata and protocol of its
 * cluster, and so is the encoding of records (wire/). The version is pinned exactly; the package has had no release since
 * 2023.
 */

/** What a fetch brings of one partition. Numbers of 64 bits come as text. */
export interface FetchedPartition {
  readonly partition: number
  readonly highWatermark: string
  readonly lastStableOffset: string
  readonly abortedTransactions: readonly {
    readonly producerId: string
    readonly firstOffset: string
  }[]
  readonly messages: readonly FetchedBatch[]
}

export interface FetchRequest {
  readonly isolationLevel: number
  readonly maxWaitTime: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      readonly fetchOffset: string
      readonly maxBytes: number
    }[]
  }[]
}

export interface ProduceRequest extends ProducerIdentity {
  readonly transactionalId: string
  readonly acks: number
  readonly timeout: number
  readonly compression: number
  readonly topicData: readonly ProducedTopic[]
}

interface OfTransaction extends ProducerIdentity {
  readonly transactionalId: string
}

interface Membership {
  readonly groupId: string
  readonly memberId: string
}

/** One broker: a method per request of the protocol. */
export interface Broker extends RawBroker {
  readonly nodeId: number
  readonly isConnected: () => boolean
  /** One for fetches and one for everything else, each connected when it is asked for. */
  readonly connectionPool: RawBroker['connectionPool'] & {
    readonly getConnection: (index: number) => Promise<unknown>
  }
  readonly fetch: (request: FetchRequest) => Promise<{
    readonly responses: readonly {
      readonly topicName: string
      readonly partitions: readonly FetchedPartition[]
    }[]
  }>
  readonly joinGroup: (
    request: Membership & {
      readonly sessionTimeout: number
      readonly rebalanceTimeout: number
      readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[]
    },
  ) => Promise<{
    readonly generationId: number
    readonly leaderId: string
    readonly memberId: string
    readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[]
  }>
  readonly syncGroup: (
    request: Membership & {
      readonly generationId: number
      readonly groupAssignment: readonly {
        readonly memberId: string
        readonly memberAssignment: Buffer
      }[]
    },
  ) => Promise<{ readonly memberAssignment: Buffer }>
  readonly heartbeat: (
    request: Membership & { readonly groupGenerationId: number },
  ) => Promise<unknown>
  readonly leaveGroup: (request: Membership) => Promise<unknown>
  readonly offsetCommit: (
    request: Membership & {
      readonly groupGenerationId: number
      readonly topics: readonly {
        readonly topic: string
        readonly partitions: readonly {
          readonly partition: number
          readonly offset: string
          readonly metadata: string
        }[]
      }[]
    },
  ) => Promise<unknown>
  /** With no topics: everything that the group has committed. */
  readonly offsetFetch: (request: {
    readonly groupId: string
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number }[]
    }[]
  }) => Promise<{
    readonly responses: readonly {
      readonly topic: string
      readonly partitions: readonly {
        readonly partition: number
        readonly offset: string
        readonly metadata: string | null
      }[]
    }[]
  }>
  readonly produce: (request: ProduceRequest) => Promise<unknown>
  readonly addPartitionsToTxn: (
    request: OfTransaction & {
      readonly topics: readonly {
        readonly topic: string
        readonly partitions: readonly number[]
      }[]
    },
  ) => Promise<unknown>
  readonly addOffsetsToTxn: (
    request: OfTransaction & { readonly groupId: string },
  ) => Promise<unknown>
  readonly endTxn: (
    request: OfTransaction & { readonly transactionResult: boolean },
  ) => Promise<unknown>
}

export interface Metadata {
  readonly topicMetadata: readonly {
    readonly topic: string
    readonly partitionMetadata: readonly unknown[]
  }[]
}

interface MetadataBroker {
  /** No topics at all would mean every topic of the cluster. Throws when one of them is not there. */
  readonly metadata: (topics: readonly string[]) => Promise<Metadata>
}

/** Connections to the brokers of a cluster, and what is known of its topics. */
export interface Cluster {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
  readonly isConnected: () => boolean
  readonly removeBroker: (at: { readonly host: string; readonly port: number }) => void
  readonly refreshMetadata: () => Promise<void>
  readonly refreshMetadataIfNecessary: () => Promise<void>
  /** Topics whose metadata is kept. Throws when one does not exist or may not be seen. */
  readonly addMultipleTargetTopics: (topics: readonly string[]) => Promise<void>
  readonly findTopicPartitionMetadata: (
    topic: string,
  ) => readonly { readonly partitionId: number; readonly leader: number }[]
  readonly brokerPool: { readonly findConnectedBroker: () => Promise<MetadataBroker> }
  /** Asks twice when it has not just asked for the same topics, and tries again. */
  readonly metadata: (of: { readonly topics: readonly string[] }) => Promise<Metadata | null>
  readonly findBroker: (which: { readonly nodeId: number | string }) => Promise<Broker>
  /** Of a group, or with the type 1 of a transactional id. */
  readonly findGroupCoordinator: (which: {
    readonly groupId: string
    readonly coordinatorType?: number
  }) => Promise<Broker>
  readonly fetchTopicsOffset: (
    topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number }[]
      readonly fromBeginning: boolean
    }[],
  ) => Promise<
    readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
    }[]
  >
}

type ClusterClass = new (options: Readonly<Record<string, unknown>>) => Cluster

loadLate()
mendKafkajs()
const ClusterOfKafkajs = load<ClusterClass>('cluster/index')
const { createLogger, LEVELS } = load<{
  readonly createLogger: (options: object) => unknown
  readonly LEVELS: typeof Kafkajs.logLevel
}>('loggers/index')
const compression = load<{
  readonly Types: typeof Kafkajs.CompressionTypes
  readonly Codecs: Record<number, unknown>
}>('protocol/message/compression/index')

/** Few and quick: who needs more tries again by itself, and says so. */
const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 }

registerCodecs(compression.Codecs, compression.Types)
shareConnecting(load('network/connectionPool'))
export const CompressionTypes = compression.Types
export const AssignerProtocol = load<typeof Kafkajs.AssignerProtocol>('consumer/assignerProtocol')
export const ConfigResourceTypes = load<typeof Kafkajs.ConfigResourceTypes>(
  'protocol/configResourceTypes',
)

/** Silent: what matters comes as an error. */
const logger = createLogger({ level: LEVELS.NOTHING, logCreator: () => () => undefined })

const saslOf = (sasl: KafkaSasl): SASLOptions | Mechanism =>
  sasl.mechanism === 'oauthbearer' ? oauthBearer(sasl.token) : (sasl as SASLOptions)

const tlsOf = ({ tls }: KafkaConnection): ConnectionOptions | undefined =>
  tls && {
    ...(tls.ca !== undefined && { ca: [tls.ca] }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
  }

const common = (connection: KafkaConnection) => {
  const ssl = tlsOf(connection)
  return {
    brokers: [...connection.brokers],
    clientId: connection.clientId,
    connectionTimeout: connection.connectTimeoutMs ?? 3_000,
    authenticationTimeout: 10_000,
    reauthenticationThreshold: 10_000,
    requestTimeout: 30_000,
    retry,
    ...(ssl && { ssl }),
    ...(connection.sasl && { sasl: saslOf(connection.sasl) }),
  }
}

/** Reads what is committed only; creates no topics by asking for them. */
export const createCluster = (
  connection: KafkaConnection & { readonly metadataMaxAgeMs?: number },
): Cluster =>
  new ClusterOfKafkajs({
    ...common(connection),
    logger,
    socketFactory: openSocket,
    enforceRequestTimeout: true,
    metadataMaxAge: connection.metadataMaxAgeMs ?? 60_000,
    allowAutoTopicCreation: false,
    isolationLevel: readCommitted,
  })

/** Creates topics and looks at them. Its code is loaded here: who finds all as it should be does not need it. */
export const createAdmin = (cluster: Cluster): Admin =>
  load<(options: object) => Admin>('admin/index')({ cluster, logger, retry })

/**
 * An idempotent producer that is connected and knows these topics, as far as they are there. Left to itself it asks for all
 * topics of the cluster first, and for its own when they are needed.
 */
export const connectProducer = async (
  connection: KafkaConnection,
  topics: readonly string[],
): Promise<Producer> => {
  const cluster = createCluster(connection)
  const producer = load<(options: object) => Producer>('producer/index')({
    cluster,
    logger,
    idempotent: true,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
  })
  await cluster.connect()
  if (topics.length > 0) await cluster.addMultipleTargetTopics(topics).catch(() => undefined)
  await producer.connect()
  return producer
}

export const readCommitted = 1
