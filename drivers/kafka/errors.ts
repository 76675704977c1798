import { Fault } from '../../topology/model/failure.ts'
import { TokenError } from './oauth-token.ts'

/** What kafkajs throws, as far as it matters. */
export interface KafkaError {
  readonly name: string
  readonly message: string
  /** The protocol's name of the error. */
  readonly type?: string
  /** The system's. */
  readonly code?: string
  readonly topic?: string
  readonly partition?: number
  readonly broker?: string
  readonly host?: string
  readonly port?: number
  readonly cause?: unknown
  /** Of a request about several topics: one for each that failed. */
  readonly errors?: readonly unknown[]
}

/** Kafka is not as it must be: says what, where, and what to do. Never thrown for what passes by itself. */
export class KafkaMisfit extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'KafkaMisfit'
  }
}

/** The error at the bottom, the first of several: kafkajs wraps what went wrong in what it made of it. */
export const rootOf = (error: unknown): KafkaError => {
  let root = error as KafkaError
  for (let depth = 0; depth < 5; depth++) {
    const below = root.cause ?? root.errors?.[0]
    if (!(below instanceof Error)) break
    root = below as unknown as KafkaError
  }
  return root
}

const certificateCodes: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Errors that do not pass by waiting, with what to do about them. */
const advice: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'grant the user READ, WRITE and DESCRIBE on this topic',
  GROUP_AUTHORIZATION_FAILED: 'grant the user READ on this consumer group',
  CLUSTER_AUTHORIZATION_FAILED:
    'grant the user IDEMPOTENT_WRITE on the cluster, or CREATE for topics',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'grant the user WRITE on this transactional id',
  UNSUPPORTED_SASL_MECHANISM: 'use a mechanism that the brokers offer',
  SASL_AUTHENTICATION_FAILED: 'check user and password',
  INVALID_TRANSACTION_TIMEOUT:
    "lower kafka.transactionTimeoutMs, or raise the brokers' transaction.max.timeout.ms",
  UNSUPPORTED_VERSION: 'use Kafka 2.5 or newer',
  MESSAGE_TOO_LARGE: "raise the topic's max.message.bytes, or make records smaller",
  INVALID_REPLICATION_FACTOR: 'ask for no more copies than there are brokers',
  POLICY_VIOLATION: 'ask whoever runs the cluster what its policy allows',
}

const certificate = (error: KafkaError): string | undefined =>
  error.code !== undefined && certificateCodes.has(error.code)
    ? `its certificate is not accepted (${error.code}); give the authority that signed it, or correct the host name`
    : undefined

const refusal = (error: KafkaError): string | undefined => {
  if (error instanceof TokenError) return error.refused ? error.message : undefined
  if (error.name === 'KafkaJSSASLAuthenticationError')
    return 'it refuses user or password; check both'
  if (error.name === 'KafkaJSNotImplemented') return error.message
  const what = error.type === undefined ? undefined : advice[error.type]
  return what && `${error.type}; ${what}`
}

/** What does not pass by waiting, in words; undefined for what may. */
export const misfitOf = (error: unknown): string | undefined => {
  const root = rootOf(error)
  return certificate(root) ?? refusal(root)
}

/** Name, type and code, never the message of a broker: it may quote what was sent. */
const shortOf = (error: unknown): string => {
  const root = rootOf(error)
  if (root instanceof TokenError) return root.message
  return root.type ?? root.code ?? (root.name.startsWith('KafkaJS') ? root.message : root.name)
}

/** Who speaks TLS to a port without it, or the other way round, is hung up on. */
const isHungUp = ({ code, message }: KafkaError): boolean =>
  code === 'ECONNRESET' || message.includes('Closed connection')

/** For what happens at the start: throw it as it is. `where` names brokers, topic or group. */
export const startError = (error: unknown, where: string): Error => {
  if (error instanceof KafkaMisfit) return error
  const misfit = misfitOf(error)
  if (misfit) return new KafkaMisfit(`Kafka, ${where}: ${misfit}`, error)
  if (isHungUp(rootOf(error)))
    return new KafkaMisfit(
      `Kafka, ${where}: it closes the connection; check whether this port expects TLS or SASL`,
      error,
    )
  return new KafkaMisfit(
    `Kafka, ${where}: it does not answer (${shortOf(error)}); start it, or correct the address`,
    error,
  )
}

/** For what happens while running: what passes by itself is a dependency that is down. */
export const runtimeFault = (error: unknown, where: string): Fault => {
  if (error instanceof Fault) return error
  const misfit = misfitOf(error)
  if (misfit) {
    const message = `Kafka, ${where}: ${misfit}`
    return new Fault('fatal', 'record-log', message, new KafkaMisfit(message, error))
  }
  return new Fault('dependency-down', 'record-log', `Kafka, ${where}: ${shortOf(error)}`, error)
}
