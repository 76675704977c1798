import { z } from 'zod'
import { natural, option, optional, positive, section, secrets } from './option.ts'

const address = z
  .string()
  .regex(/^[^\s:/]+:\d{1,5}$|^\[[\da-fA-F:]+\]:\d{1,5}$/, 'expected host:port')
const path = z.string().min(1)

/** How Kafka is reached, and what its topics are given. */
export const kafkaSection = section({
  brokers: option(
    z.array(address),
    [],
    'Brokers as host:port, one or more; the rest is found through them.',
  ),
  clientId: option(
    z.string().min(1),
    'archive-streams',
    'Name by which brokers know this program.',
  ),
  prefix: option(
    z.string().regex(/^[A-Za-z0-9._-]*$/, 'expected letters, digits, dots, underscores, hyphens'),
    '',
    'Put before every topic and group, so that several deployments share a cluster.',
  ),
  tls: option(z.boolean(), false, 'Whether brokers are reached over TLS.'),
  caFile: optional(path, 'PEM file of authorities to trust; those of Node when left out.'),
  certFile: optional(path, "PEM file of the client's certificate, where brokers ask for one."),
  keyFile: optional(path, 'PEM file of its private key.'),
  sasl: option(
    z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']),
    'none',
    'How the user proves who it is.',
  ),
  username: optional(z.string().min(1), 'User of sasl; with tokenUrl the client id.'),
  credentials: secrets(
    'The password of sasl, or the client secret for tokenUrl, under the name password. From the environment or *_FILE only.',
  ),
  tokenFile: optional(
    path,
    'File with the token of oauthbearer, kept fresh by somebody else; read for every connection.',
  ),
  tokenUrl: optional(
    z.string().regex(/^https?:\/\/\S+$/, 'expected a URL'),
    'OAuth 2 endpoint that gives tokens of oauthbearer for client credentials.',
  ),
  tokenScope: optional(z.string().min(1), 'Scope that is asked for there.'),
  connectTimeoutMs: option(
    positive,
    3_000,
    'Milliseconds until an attempt to connect is given up.',
  ),
  sessionTimeoutMs: option(
    positive,
    45_000,
    'Milliseconds without a heartbeat until a process is taken for gone and its partitions go to others.',
  ),
  heartbeatMs: option(
    positive,
    1_000,
    'Milliseconds between heartbeats; a rebalance is noticed after as long.',
  ),
  rebalanceTimeoutMs: option(
    positive,
    60_000,
    'Milliseconds a process may take to let go of its partitions when others join or leave.',
  ),
  transactionTimeoutMs: option(
    positive,
    60_000,
    "Milliseconds until brokers give up a transaction of exactly-once delivery that was begun and not ended; below the brokers' transaction.max.timeout.ms.",
  ),
  compression: option(
    z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
    'none',
    'How batches of records are compressed. All of these are read.',
  ),
  lingerMs: option(
    natural,
    0,
    'Milliseconds that records wait for company before they are sent, or before their transaction begins.',
  ),
  batchBytes: option(
    positive,
    900 * 1024,
    "Most bytes of one partition in one request, and of a result, which is a dead letter otherwise; below the brokers' message.max.bytes.",
  ),
  createTopics: option(
    z.boolean(),
    false,
    'Whether run creates missing topics by itself. Otherwise it says so, and topics apply makes them.',
  ),
  replicationFactor: optional(
    positive,
    "Copies of every topic; the brokers' default when left out.",
  ),
  minInsyncReplicas: optional(
    positive,
    "Copies that must have a record before it counts as written; the brokers' default when left out.",
  ),
  retentionMs: option(
    z.int().min(-1),
    604_800_000,
    'Milliseconds that topics keep records, but for the ones below; -1 keeps them for ever.',
  ),
  ledgerRetentionMs: option(
    z.int().min(-1),
    -1,
    'The same for dead letters and the ledger, which tell what became of a document.',
  ),
})

/** How the schema registry is reached. */
export const registrySection = section({
  url: optional(
    z.string().regex(/^https?:\/\/\S+[^/]$/, 'expected a URL without a slash at its end'),
    'Base URL of a Confluent-compatible registry; subjects lie at URL/subjects.',
  ),
  prefix: option(
    z.string().regex(/^[A-Za-z0-9._-]*$/, 'expected letters, digits, dots, underscores, hyphens'),
    '',
    'Put before every subject, so that several deployments share a registry.',
  ),
  caFile: optional(path, 'PEM file of authorities to trust; those of Node when left out.'),
  username: optional(z.string().min(1), 'User of the registry.'),
  credentials: secrets(
    'Its password, under the name password. From the environment or *_FILE only.',
  ),
})

/** What a running process shows of itself. */
export const httpSection = section({
  enabled: option(
    z.boolean(),
    true,
    'Whether start and run answer /metrics, /health/live, /health/ready and /status.',
  ),
  host: option(
    z.string().min(1),
    '127.0.0.1',
    'Address they listen at; 0.0.0.0 lets other machines ask, as Kubernetes and Prometheus do.',
  ),
  port: option(
    z.int().min(0).max(65_535),
    0,
    'Their port; 0 takes a free one, which run says and status finds.',
  ),
  stalledMs: option(
    positive,
    120_000,
    'Milliseconds without a turn of the loop of a sub-topology after which /health/live fails.',
  ),
})
