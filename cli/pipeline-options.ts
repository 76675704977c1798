import type { Config } from '../config/schema.ts'
import { readModelCard } from '../gpu-runners/models/read-model-card.ts'
import { loadPolicyFile } from '../processors/redact/load-policy.ts'
import { defaultParseOptions } from '../processors/parse/options.ts'
import type { PipelineOptions } from '../topology/pipeline.ts'
import { identityOf } from './identity.ts'

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
      policy: loadPolicyFile(config.redact.policy),
      keys: new Map(
        Object.entries(config.redact.keys).map(([id, key]) => [id, Buffer.from(key, 'utf8')]),
      ),
    },
    tokenise: given(config.tokenise),
    chunk: config.chunk,
    embed: { card: readModelCard(embed, 'embed'), pool },
    classify: { cards: classify.map((name) => readModelCard(name, 'classify')), pool },
    summarise: { card: readModelCard(summarise, 'summarise'), pool },
    parquet: config.parquet,
  }
}
