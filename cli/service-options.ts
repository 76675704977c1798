import { readFileSync } from 'node:fs'
import type { Config } from '../config/schema.ts'
import { createTokenProvider, type TokenSource } from '../drivers/kafka/oauth-token.ts'
import type { KafkaConnection, KafkaRecordLogOptions, KafkaSasl } from '../drivers/kafka/options.ts'
import { timedByBroker } from '../drivers/kafka/timed-by-broker.ts'
import type { WantedTopic } from '../drivers/kafka/topics.ts'
import type { RedisConnection } from '../drivers/redis/options.ts'
import { defaultQdrantLimits, type QdrantVectorIndexOptions } from '../drivers/qdrant/options.ts'
import type { RegistryConnection } from '../drivers/registry/options.ts'
import {
  defaultS3Limits,
  type S3Connection,
  type S3ObjectStoreOptions,
} from '../drivers/s3/options.ts'
import type { LlmOptions } from '../drivers/llm/options.ts'
import type { TritonOptions } from '../drivers/triton/options.ts'
import { systemClock } from '../drivers/system/system-clock.ts'
import { systemRandom } from '../drivers/system/system-random.ts'
import type { EmbedCard } from '../gpu-runners/models/model-card.ts'
import type { SubTopology, Topology } from '../topology/model/topology.ts'
import type { TopicInfo } from '../topology/model/topic.ts'
import { groupOf } from '../topology/runtime/group-of.ts'
import { CommandError, exitCodes } from './exit-codes.ts'

const fileIn = (option: string, path: string | undefined): string | undefined => {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new CommandError(exitCodes.config, `${option}: ${path} cannot be read (${code})`, error)
  }
}

const defined = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

const saslOf = (kafka: Config['kafka']): KafkaSasl | undefined => {
  const { sasl: mechanism, username = '', tokenFile, tokenUrl = '', tokenScope: scope } = kafka
  const password = kafka.credentials['password'] ?? ''
  if (mechanism === 'none') return undefined
  if (mechanism !== 'oauthbearer') return { mechanism, username, password }
  const source: TokenSource =
    tokenFile === undefined
      ? {
          kind: 'endpoint',
          url: tokenUrl,
          clientId: username,
          clientSecret: password,
          ...(scope !== undefined && { scope }),
        }
      : { kind: 'file', path: tokenFile }
  return { mechanism, token: createTokenProvider(source, systemClock) }
}

/** How Kafka is reached. Throws {@link CommandError} when a file of certificates cannot be read. */
export const kafkaConnectionOf = ({ kafka }: Config): KafkaConnection => {
  const { brokers, clientId, prefix, connectTimeoutMs } = kafka
  const sasl = saslOf(kafka)
  const tls = defined({
    ca: fileIn('kafka.caFile', kafka.caFile),
    cert: fileIn('kafka.certFile', kafka.certFile),
    key: fileIn('kafka.keyFile', kafka.keyFile),
  })
  return {
    brokers,
    clientId,
    prefix,
    connectTimeoutMs,
    ...(kafka.tls && { tls }),
    ...(sasl && { sasl }),
  }
}

export const kafkaOptionsOf = (config: Config): Omit<KafkaRecordLogOptions, 'clock'> => {
  const { kafka } = config
  const { sessionTimeoutMs, heartbeatMs, rebalanceTimeoutMs, transactionTimeoutMs } = kafka
  const { compression, lingerMs, batchBytes, createTopics, replicationFactor } = kafka
  return {
    ...kafkaConnectionOf(config),
    ...defined({ sessionTimeoutMs, heartbeatMs, rebalanceTimeoutMs, transactionTimeoutMs }),
    ...defined({ compression, lingerMs, batchBytes, createTopics, replicationFactor }),
  }
}

/** How the registry is reached, as {@link kafkaConnectionOf}. */
export const registryConnectionOf = ({ registry }: Config): RegistryConnection => {
  const { url = '', prefix, username } = registry
  const ca = fileIn('registry.caFile', registry.caFile)
  const password = registry.credentials['password'] ?? ''
  return {
    url,
    prefix,
    ...(ca !== undefined && { ca }),
    ...(username !== undefined && { auth: { username, password } }),
  }
}

/** How the Redis of the cache is reached, as {@link kafkaConnectionOf}. */
export const redisConnectionOf = ({ redis }: Config): RedisConnection => {
  const { url = '', username, connectTimeoutMs, timeoutMs } = redis
  const password = redis.credentials['password']
  return {
    url,
    connectTimeoutMs,
    timeoutMs,
    ...defined({ username, password, ca: fileIn('redis.caFile', redis.caFile) }),
  }
}

/** How Triton is reached, as {@link kafkaConnectionOf}. */
export const tritonConnectionOf = ({
  triton,
}: Config): Pick<
  TritonOptions,
  'endpoints' | 'headers' | 'tls' | 'connectTimeoutMs' | 'timeoutMs' | 'connections'
> => {
  const { endpoints, tokenHeader, connectTimeoutMs, timeoutMs, connections } = triton
  const token = triton.credentials['token']
  const value = tokenHeader === 'authorization' ? `Bearer ${token}` : token
  return {
    endpoints,
    headers: token === undefined ? {} : { [tokenHeader]: value ?? '' },
    tls: defined({
      ca: fileIn('triton.caFile', triton.caFile),
      cert: fileIn('triton.certFile', triton.certFile),
      key: fileIn('triton.keyFile', triton.keyFile),
    }),
    connectTimeoutMs,
    timeoutMs,
    connections,
  }
}

/** How the large language model is reached and asked, as {@link kafkaConnectionOf}. */
export const llmOptionsOf = ({
  llm,
}: Config): Pick<LlmOptions, 'url' | 'model'> & Partial<LlmOptions> => {
  const { url = '', model = '', credentials, caFile, concurrency, ...rest } = llm
  const { output, stream, seed, maxTokens, connectTimeoutMs, timeoutMs, idleMs } = rest
  return {
    output,
    stream,
    seed,
    maxTokens,
    connectTimeoutMs,
    timeoutMs,
    idleMs,
    url,
    model,
    connections: concurrency,
    ...defined({ key: credentials['key'], ca: fileIn('llm.caFile', caFile) }),
  }
}

const s3ConnectionTo = (endpoint: string, { s3 }: Config): S3Connection => {
  const { region, connections, idleMs, deadlineMs, attempts } = s3
  const ca = fileIn('s3.caFile', s3.caFile)
  const accessKey = s3.credentials['access-key']
  const secretKey = s3.credentials['secret-key']
  const token = s3.credentials['session-token']
  const session = token === undefined ? {} : { sessionToken: token }
  return {
    endpoint,
    region,
    connections,
    limits: { ...defaultS3Limits, idleMs, deadlineMs, attempts },
    clock: systemClock,
    random: systemRandom,
    ...(ca !== undefined && { ca }),
    ...(accessKey && secretKey && { credentials: { accessKey, secretKey, ...session } }),
  }
}

/** Where objects are, as {@link kafkaConnectionOf}. */
export const s3ObjectOptionsOf = (config: Config): S3ObjectStoreOptions => {
  const { endpoint = '', bucket = '', prefix, conditionalWrites, tags } = config.s3
  return { ...s3ConnectionTo(endpoint, config), bucket, prefix, conditionalWrites, tags }
}

/** The endpoints of sources, as {@link kafkaConnectionOf}; that of `s3:` sources first. */
export const s3SourceConnectionsOf = (config: Config): readonly S3Connection[] => {
  const { endpoint = '', sourceEndpoints } = config.s3
  return [endpoint, ...sourceEndpoints].map((each) => s3ConnectionTo(each, config))
}

/** Where vectors of the model are. */
export const qdrantOptionsOf = (
  { qdrant }: Config,
  { name, version, dimensions }: EmbedCard,
): QdrantVectorIndexOptions => {
  const { url = '', prefix, quantisation, onDisk, graph, shards, replicas } = qdrant
  const { ordering, search, batchPoints, connections, attemptMs, deadlineMs, attempts } = qdrant
  const apiKey = qdrant.credentials['api-key']
  return {
    url,
    ...(apiKey !== undefined && { apiKey }),
    connections,
    limits: { ...defaultQdrantLimits, attemptMs, deadlineMs, attempts },
    clock: systemClock,
    random: systemRandom,
    prefix,
    model: { name, version },
    dimensions,
    collection: { quantisation, onDisk, graph, ...defined({ shards, replicas }) },
    ordering,
    search,
    batchPoints,
  }
}

/** Every topic of the topology once, dead letters and ledger included. */
export const topicsOf = ({ topics, deadLetters, ledger }: Topology): readonly TopicInfo[] => [
  ...new Map([...topics, deadLetters, ledger].map((each) => [each.name, each])).values(),
]

const keepsState = (part: SubTopology): boolean =>
  part.nodes.some(
    (node) => node.kind === 'stage' && node.stage.kind === 'asking' && node.stage.keepsState,
  )

/** The topics that the topology needs on Kafka, as the configuration wants them; those of state stores included. */
export const wantedTopicsOf = (config: Config, topology: Topology): readonly WantedTopic[] => {
  const { prefix, replicationFactor, minInsyncReplicas, retentionMs, ledgerRetentionMs } =
    config.kafka
  const common = {
    partitions: config.partitions,
    ...(replicationFactor !== undefined && { replicationFactor }),
  }
  const insync: Record<string, string> =
    minInsyncReplicas === undefined ? {} : { 'min.insync.replicas': String(minInsyncReplicas) }
  const compacted = { ...insync, 'cleanup.policy': 'compact', ...timedByBroker }
  const kept = (ms: number) => ({
    ...insync,
    'cleanup.policy': 'delete',
    'retention.ms': String(ms),
    ...timedByBroker,
  })
  const lasting: readonly string[] = [topology.deadLetters.name, topology.ledger.name]
  const topics = topicsOf(topology).map((topic) => ({
    ...common,
    name: `${prefix}${topic.name}`,
    partitions: topic.partitions,
    config:
      topic.cleanup === 'compact'
        ? compacted
        : kept(lasting.includes(topic.name) ? ledgerRetentionMs : retentionMs),
  }))
  const stores = topology.subTopologies.filter(keepsState).map((part) => ({
    ...common,
    name: `${prefix}${groupOf({ topology }, part)}.state`,
    config: compacted,
  }))
  return [...topics, ...stores]
}
