import { readFileSync } from 'node:fs'
import { exitCodes, CommandError } from './exit-codes.ts'
import type { Config } from '../config/schema.ts'
import { readModelCard } from '../gpu-runners/models/read-model-card.ts'
import { defaultParseOptions } from '../processors/parse/options.ts'
import type { PipelineOptions } from '../topology/pipeline.ts'
import { identityOf } from './identity.ts'

/** Built-in policies lie beside the built-in profiles, outside of what is compiled. */
const policies = new URL(
  import.meta.url.endsWith('.ts') ? '../config/policies/' : '../../config/policies/',
  import.meta.url,
)

export const builtInPolicies: readonly string[] = ['default', 'everything']

/** The policy file as JSON. Throws {@link CommandError} when it cannot be read. */
export const readPolicyFile = (policy: string): unknown => {
  const file = builtInPolicies.includes(policy) ? new URL(`${policy}.json`, policies) : policy
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch (error) {
    const built = builtInPolicies.join(', ')
    const message = `redact.policy: "${policy}" is neither a built-in policy (${built}) nor a readable JSON file`
    throw new CommandError(exitCodes.config, message, error)
  }
}

/** Leaves out what is undefined, so that it does not hide a default. */
const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

/** What the pipeline is, under this configuration. */
export const pipelineOptionsOf = (config: Config): PipelineOptions => {
  const pool = given(config.batching)
  const { embed, classify, summarise } = config.models
  return {
    identity: identityOf(config),
    partitions: config.partitions,
    parse: { ...defaultParseOptions, ...config.parse },
    redact: {
      policy: readPolicyFile(config.redact.policy),
      keys: config.redact.keys,
    },
    tokenise: given(config.tokenise),
    chunk: config.chunk,
    embed: { card: readModelCard(embed, 'embed'), pool },
    classify: { cards: classify.map((name) => readModelCard(name, 'classify')), pool },
    summarise: { card: readModelCard(summarise, 'summarise'), pool },
    parquet: config.parquet,
  }
}
