import type { Clock } from '../../topology/ports/clock.ts'

/** How a client proves who it is. */
export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'oauthbearer'
      /** Asked for a token at every connection and before the old one expires. */
      readonly token: () => Promise<string>
    }

/** Certificates as PEM text. */
export interface KafkaTls {
  /** Authorities to trust; those of Node when left out. */
  readonly ca?: string
  /** The client's own, where brokers ask for one. */
  readonly cert?: string
  readonly key?: string
}

export type KafkaCompression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface KafkaConnection {
  /** `host:port` of one or more brokers; the rest is found through them. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** TLS when given. */
  readonly tls?: KafkaTls
  readonly sasl?: KafkaSasl
  /** Milliseconds until an attempt to connect is given up. */
  readonly connectTimeoutMs?: number
  /** Put before the name of every topic and group, so that several deployments share a cluster. */
  readonly prefix?: string
}

export interface KafkaRecordLogOptions extends KafkaConnection {
  readonly clock: Clock
  /** Whether `ensureTopics` creates what is missing. False: it says what is missing. */
  readonly createTopics?: boolean
  /** Copies of every topic that is created; the broker's default when left out. */
  readonly replicationFactor?: number
  /** Milliseconds without a heartbeat until a member is taken for gone. */
  readonly sessionTimeoutMs?: number
  readonly heartbeatMs?: number
  /** Milliseconds a member may take to poll again after partitions were revoked. */
  readonly rebalanceTimeoutMs?: number
  /** Milliseconds until a transaction that was begun and not ended is given up by the brokers. */
  readonly transactionTimeoutMs?: number
  /** Oldest that what is known of topics and leaders may be, milliseconds. */
  readonly metadataMaxAgeMs?: number
  /** Most records of one poll, over all partitions. */
  readonly maxPollRecords?: number
  /** Most bytes of one partition in one fetch; a larger record still comes. */
  readonly fetchBytesPerPartition?: number
  readonly fetchBytes?: number
  /** Longest wait of a broker for new records, milliseconds. */
  readonly fetchWaitMs?: number
  /** Milliseconds that records wait for company before they are sent, or before their transaction begins. */
  readonly lingerMs?: number
  /** Most bytes of one partition in one request, and of key and value of one record; below the broker's `message.max.bytes`. */
  readonly batchBytes?: number
  readonly compression?: KafkaCompression
  /** Told what an operator may want to know: brokers lost and found, offsets that are gone. Never holds data. */
  readonly notice?: (message: string) => void
}

type Defaulted = Exclude<
  keyof KafkaRecordLogOptions,
  keyof KafkaConnection | 'clock' | 'replicationFactor'
>

export const kafkaDefaults: Required<Pick<KafkaRecordLogOptions, Defaulted>> = {
  createTopics: false,
  sessionTimeoutMs: 45_000,
  heartbeatMs: 3_000,
  rebalanceTimeoutMs: 60_000,
  transactionTimeoutMs: 60_000,
  metadataMaxAgeMs: 60_000,
  maxPollRecords: 1_000,
  fetchBytesPerPartition: 1024 * 1024,
  fetchBytes: 16 * 1024 * 1024,
  fetchWaitMs: 250,
  lingerMs: 0,
  batchBytes: 900 * 1024,
  compression: 'none',
  notice: () => undefined,
}

export type ResolvedKafkaOptions = KafkaRecordLogOptions & typeof kafkaDefaults
