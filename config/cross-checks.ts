import { checkChunkOptions, ChunkOptionsError } from '../processors/chunk/options.ts'
import type { Config } from './schema.ts'

/** One thing that is wrong between options; `path` is of the one to look at. */
export interface CrossProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** What holds between options and is not wrong in any one of them. */
export const crossChecks = (config: Config): readonly CrossProblem[] => {
  const problems = []
  try {
    checkChunkOptions(config.chunk)
  } catch (error) {
    if (!(error instanceof ChunkOptionsError)) throw error
    problems.push(
      ...error.problems.map((message) => ({ path: ['chunk', ...message.split(' ', 1)], message })),
    )
  }
  const { retry } = config.runtime
  if (retry.firstMs > retry.maxMs)
    problems.push({ path: ['runtime', 'retry', 'maxMs'], message: 'must not be less than firstMs' })
  if (config.tokenise.tokenizerSha256 && !config.tokenise.tokenizerFile)
    problems.push({
      path: ['tokenise', 'tokenizerSha256'],
      message: 'belongs to tokenizerFile, which is not set',
    })
  problems.push(...serviceProblems(config))
  return problems
}

const saslProblem = (kafka: Config['kafka']): string | undefined => {
  const { sasl, username, tokenFile, tokenUrl } = kafka
  if (sasl === 'none') return undefined
  if (sasl === 'oauthbearer') {
    if ((tokenFile === undefined) === (tokenUrl === undefined))
      return 'oauthbearer needs kafka.tokenFile or kafka.tokenUrl, one of them'
    if (tokenFile !== undefined) return undefined
  }
  if (username !== undefined && kafka.credentials['password'] !== undefined) return undefined
  return 'needs kafka.username, and ARCHIVE_STREAMS_KAFKA__CREDENTIALS__PASSWORD in the environment'
}

/** A stage that times out thrice gives its document up; a store that hangs must be told before. */
const s3DeadlineProblems = ({ s3, fetch, store, summaries }: Config) => {
  const most = Math.min(fetch.timeoutMs, store.timeoutMs, summaries.timeoutMs) / 2
  if (s3.deadlineMs <= most) return []
  const message = `must be at most half of fetch.timeoutMs, store.timeoutMs and summaries.timeoutMs: ${most}`
  return [{ path: ['s3', 'deadlineMs'], message }]
}

const hostOf = (endpoint: string): string => new URL(endpoint).host

const s3Problems = (drivers: Config['drivers'], s3: Config['s3']): readonly CrossProblem[] => {
  const problems: CrossProblem[] = []
  const { endpoint, bucket, credentials, sources, sourceEndpoints } = s3
  const needed = drivers.objects === 's3' || sources.length > 0
  if (needed && endpoint === undefined)
    problems.push({
      path: ['s3', 'endpoint'],
      message: 'is needed where drivers.objects is s3, or s3.sources are given',
    })
  if (drivers.objects === 's3' && bucket === undefined)
    problems.push({ path: ['s3', 'bucket'], message: 'is needed where drivers.objects is s3' })
  if ((credentials['access-key'] === undefined) !== (credentials['secret-key'] === undefined))
    problems.push({
      path: ['s3', 'credentials'],
      message: 'need an access-key and a secret-key, or neither',
    })
  const hosts = [...(endpoint === undefined ? [] : [endpoint]), ...sourceEndpoints].map(hostOf)
  for (const source of sources) {
    const host = /^minio:\/\/([^/]+)/.exec(source)?.[1]
    if (host !== undefined && !hosts.includes(host))
      problems.push({
        path: ['s3', 'sources'],
        message: `${host} is neither that of s3.endpoint nor one of s3.sourceEndpoints`,
      })
  }
  return problems
}

const qdrantProblems = ({ drivers, qdrant, vectors }: Config) => {
  if (drivers.vectors !== 'qdrant') return []
  const problems: CrossProblem[] = []
  if (qdrant.url === undefined)
    problems.push({ path: ['qdrant', 'url'], message: 'is needed where drivers.vectors is qdrant' })
  const most = vectors.timeoutMs / 2
  if (qdrant.deadlineMs > most)
    problems.push({
      path: ['qdrant', 'deadlineMs'],
      message: `must be at most half of vectors.timeoutMs: ${most}`,
    })
  return problems
}

/** What a driver needs to be reached. */
const serviceProblems = (config: Config): readonly CrossProblem[] => {
  const { drivers, kafka, registry, s3, redis, triton, llm } = config
  const problems: CrossProblem[] = []
  if (drivers.log === 'kafka' && kafka.brokers.length === 0)
    problems.push({ path: ['kafka', 'brokers'], message: 'is needed where drivers.log is kafka' })
  if (drivers.registry === 'confluent' && registry.url === undefined)
    problems.push({
      path: ['registry', 'url'],
      message: 'is needed where drivers.registry is confluent',
    })
  if (drivers.cache === 'redis' && redis.url === undefined)
    problems.push({ path: ['redis', 'url'], message: 'is needed where drivers.cache is redis' })
  problems.push(...qdrantProblems(config))
  if (drivers.models === 'triton' && triton.endpoints.length === 0)
    problems.push({
      path: ['triton', 'endpoints'],
      message: 'are needed where drivers.models is triton',
    })
  else if (config.models.recognise !== undefined && triton.endpoints.length === 0)
    problems.push({
      path: ['triton', 'endpoints'],
      message: 'are needed where models.recognise is given',
    })
  if (drivers.summaries === 'llm')
    for (const name of ['url', 'model'] as const)
      if (llm[name] === undefined)
        problems.push({ path: ['llm', name], message: 'is needed where drivers.summaries is llm' })
  problems.push(...s3Problems(drivers, s3))
  if (drivers.objects === 's3' || s3.sources.length > 0)
    problems.push(...s3DeadlineProblems(config))
  const sasl = saslProblem(kafka)
  if (sasl !== undefined) problems.push({ path: ['kafka', 'sasl'], message: sasl })
  if (kafka.heartbeatMs * 2 > kafka.sessionTimeoutMs)
    problems.push({
      path: ['kafka', 'heartbeatMs'],
      message: 'must be at most half of sessionTimeoutMs',
    })
  return problems
}
