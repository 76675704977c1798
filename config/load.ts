import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { checkChunkOptions, ChunkOptionsError } from '../processors/chunk/options.ts'
import { readEnvironmentLayer } from './environment-layer.ts'
import { fileProblems } from './file-references.ts'
import { readFileLayer } from './file-layer.ts'
import { readFlagLayer, type FlagValue } from './flag-layer.ts'
import {
  problemText,
  type Assignment,
  type ConfigProblem,
  type Layer,
  type Origin,
} from './layer.ts'
import { modelFitProblems } from './model-fit.ts'
import { meantHint } from '../topology/model/nearest.ts'
import {
  referenceProblems,
  type NamingSections,
  type ReadText,
  type ReferenceProblem,
} from './references.ts'
import { builtInProfiles, profileFile } from './profile-file.ts'
import { configSchema, type Config } from './schema.ts'

export interface ConfigInput {
  /** Name of a built-in profile, or the path of a YAML file. */
  readonly profile: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly flags: readonly FlagValue[]
  /** Reads profile, policy and `*_FILE` files; throws where it cannot. The file system, when left out. */
  readonly readText?: ReadText
  /** Looks also into what is named: policy, models, tokenizer. */
  readonly references?: boolean
}

/** Where values come from, by option (`runtime.pollWaitMs`). Options at their default are absent. */
export type Origins = ReadonlyMap<string, Origin>

export type ConfigLoad =
  | { readonly kind: 'loaded'; readonly config: Config; readonly origins: Origins }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] }

const nothing: Layer = { assignments: [], problems: [] }

const failed = (file: string, message: string): Layer => ({
  ...nothing,
  problems: [{ origin: { kind: 'file', file, line: 1, column: 1 }, message }],
})

const profileLayer = (profile: string, readText: ReadText): Layer => {
  const file = profileFile(profile)
  if (file === undefined) {
    const hint = meantHint(profile, builtInProfiles)
    return failed(profile, `no such profile${hint}; built in: ${builtInProfiles.join(', ')}`)
  }
  try {
    return readFileLayer(
      builtInProfiles.includes(profile) ? basename(file) : profile,
      readText(file),
    )
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    return failed(profile, `the profile cannot be read (${code})`)
  }
}

/** Own properties only: a key such as `__proto__` becomes a plain key. */
const put = (tree: Record<string, unknown>, path: readonly string[], value: unknown): void => {
  const [name, ...rest] = path
  if (name === undefined) return
  if (rest.length === 0) return void Object.defineProperty(tree, name, { value, ...plain })
  if (!Object.hasOwn(tree, name)) Object.defineProperty(tree, name, { value: {}, ...plain })
  put(tree[name] as Record<string, unknown>, rest, value)
}

const plain = { enumerable: true, configurable: true, writable: true }

/** The origin of the longest part of `path` that was set; the default when none was. */
const originOf = (origins: Origins, path: readonly PropertyKey[]): Origin => {
  for (let length = path.length; length > 0; length--) {
    const origin = origins.get(path.slice(0, length).join('.'))
    if (origin) return origin
  }
  return { kind: 'default' }
}

/** What holds between options and is not wrong in any one of them. */
const crossChecks = (config: Config): readonly { path: string[]; message: string }[] => {
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

const s3Problems = (
  drivers: Config['drivers'],
  s3: Config['s3'],
): readonly { path: string[]; message: string }[] => {
  const problems: { path: string[]; message: string }[] = []
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
  const problems: { path: string[]; message: string }[] = []
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
const serviceProblems = (config: Config): readonly { path: string[]; message: string }[] => {
  const { drivers, kafka, registry, s3, redis, triton, llm } = config
  const problems: { path: string[]; message: string }[] = []
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

/** What the sections that are right lack, beside others that are wrong: those count as left out, and are not spoken of twice. */
const checksBeside = (
  values: Readonly<Record<string, unknown>>,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): readonly { path: string[]; message: string }[] => {
  const wrong = new Set(issues.map(({ path }) => String(path[0])))
  const right = Object.fromEntries(Object.entries(values).filter(([name]) => !wrong.has(name)))
  const result = configSchema.safeParse(right)
  if (!result.success) return []
  return crossChecks(result.data).filter(({ path }) => !wrong.has(path[0]!))
}

const merge = (assignments: readonly Assignment[]) => {
  const values: Record<string, unknown> = {}
  const origins = new Map<string, Origin>()
  for (const { path, value, origin } of assignments) {
    put(values, path, value)
    origins.set(path.join('.'), origin)
  }
  return { values, origins }
}

const problemAt = (
  found: Omit<ReferenceProblem, 'path'> & { readonly path: readonly PropertyKey[] },
  origins: Origins,
): ConfigProblem => {
  const { path, message, origin } = found
  if (origin) return { origin, message }
  const name = path.map(String).join('.')
  const place = originOf(origins, path)
  // `--set triton.endpoints` has said the name already.
  const said = place.kind === 'flag' && place.flag.endsWith(` ${name}`)
  return { origin: place, message: said ? message : `${name}: ${message}` }
}

/** What is named is looked into even where other sections are wrong. */
const rightSections = (values: Record<string, unknown>): Partial<NamingSections> => {
  const { redact, models, prices, tokenise } = configSchema.shape
  const [r, m, p, t] = [
    redact.safeParse(values['redact']),
    models.safeParse(values['models']),
    prices.safeParse(values['prices']),
    tokenise.safeParse(values['tokenise']),
  ]
  return {
    ...(r.success && { redact: r.data }),
    ...(m.success && { models: m.data }),
    ...(p.success && { prices: p.data }),
    ...(t.success && { tokenise: t.data }),
  }
}

/**
 * The configuration: defaults < profile < environment < flags. Either all of it is right, or every problem comes back
 * at once, each with its place.
 */
export const loadConfig = (input: ConfigInput): ConfigLoad => {
  const readText = input.readText ?? ((path) => readFileSync(path, 'utf8'))
  const layers = [
    profileLayer(input.profile, readText),
    readEnvironmentLayer(input.environment, readText),
    readFlagLayer(input.flags),
  ]
  const { values, origins } = merge(layers.flatMap((layer) => layer.assignments))
  const result = configSchema.safeParse(values)
  const found = result.success
    ? crossChecks(result.data)
    : [...result.error.issues, ...checksBeside(values, result.error.issues)]
  const named = input.references
    ? [...referenceProblems(rightSections(values), readText), ...fileProblems(values, readText)]
    : []
  const unfit = input.references && result.success ? modelFitProblems(result.data) : []
  const problems = [
    ...layers.flatMap((layer) => layer.problems),
    ...found.map(({ path, message }) => problemAt({ path, message }, origins)),
    ...[...named, ...unfit].map((each) => problemAt(each, origins)),
  ]
  if (!result.success || problems.length > 0) return { kind: 'invalid', problems }
  return { kind: 'loaded', config: result.data, origins }
}

/** Every problem on a line of its own, for people. */
export const problemLines = (problems: readonly ConfigProblem[]): readonly string[] =>
  problems.map(problemText)
