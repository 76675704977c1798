import { z } from 'zod'
import { meantHint } from '../topology/model/nearest.ts'
import { option, section } from './option.ts'
import {
  batchingSection,
  chunkSection,
  deliverySection,
  modelsSection,
  parquetSection,
  parseSection,
  redactSection,
  runtimeSection,
  tokeniseSection,
  workersSection,
} from './sections.ts'
import { llmSection } from './llm-section.ts'
import { pricesSection } from './prices-section.ts'
import { redisSection } from './redis-section.ts'
import { s3Section } from './s3-section.ts'
import { qdrantSection } from './qdrant-section.ts'
import { httpSection, kafkaSection, registrySection } from './service-sections.ts'
import {
  expandSection,
  fetchSection,
  packSection,
  recogniseSection,
  storeSection,
  summariesSection,
  vectorsSection,
} from './stage-sections.ts'
import { tritonSection } from './triton-section.ts'

/** A driver of a port. */
const driver = <const Names extends readonly [string, ...string[]]>(doc: string, names: Names) =>
  option(
    z.enum(['embedded', ...names], {
      error: ({ input }) => {
        const known: readonly string[] = [...new Set(['embedded', ...names])]
        if (typeof input !== 'string') return `expected the name of a driver: ${known.join(' or ')}`
        const has = known.map((name) => `"${name}"`).join(', ')
        return `unknown driver "${input}"${meantHint(input, known)}; this version has ${has}`
      },
    }),
    'embedded' as never,
    doc,
  )

const driversSection = section({
  log: driver('Where topics are.', ['kafka']),
  registry: driver('Where schemas are registered.', ['confluent']),
  objects: driver('Where prepared text, chunks, Parquet and summaries are.', ['s3']),
  models: driver('Who runs models.', ['triton']),
  summaries: option(
    z.enum(['models', 'llm']),
    'models',
    'Who writes summaries: the model that models.summarise names, or the large language model of the section llm.',
  ),
  vectors: driver('Where vectors are searched.', ['qdrant']),
  cache: driver('Where summaries are remembered for who asks for one.', ['redis']),
})

/** Every option, its default, its doc and its unit. The only place that knows them all. */
export const configSchema = z.strictObject({
  dataDir: option(
    z.string().min(1),
    './archive-data',
    'Folder of everything that is written. Relative paths start at the working folder.',
  ),
  tenant: option(
    z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
        'expected letters, digits, dots, underscores and hyphens',
      ),
    'default',
    'Whose archive this is; part of every document id and object name.',
  ),
  sources: option(
    z.array(z.string().min(1)),
    [],
    'Files and folders that may be read; nothing outside them is.',
  ),
  partitions: option(
    z.int().min(1).max(1024),
    4,
    'Partitions of every topic. Fixed once the data folder exists, as it decides the order of keys.',
  ),
  runtime: runtimeSection,
  delivery: deliverySection,
  workers: workersSection,
  expand: expandSection,
  fetch: fetchSection,
  parse: parseSection,
  recognise: recogniseSection,
  redact: redactSection,
  tokenise: tokeniseSection,
  chunk: chunkSection,
  pack: packSection,
  store: storeSection,
  batching: batchingSection,
  models: modelsSection,
  prices: pricesSection,
  parquet: parquetSection,
  vectors: vectorsSection,
  summaries: summariesSection,
  drivers: driversSection,
  kafka: kafkaSection,
  registry: registrySection,
  s3: s3Section,
  redis: redisSection,
  qdrant: qdrantSection,
  triton: tritonSection,
  llm: llmSection,
  http: httpSection,
})

/** The whole configuration with every default filled in. Holds secrets: print it with `effectiveValues` only. */
export type Config = z.output<typeof configSchema>
