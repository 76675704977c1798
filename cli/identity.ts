import { readFileSync } from 'node:fs'
import { resultHashOf } from '../topology/model/result-hash.ts'
import { createPipeline, type PipelineOptions } from '../topology/pipeline.ts'
import type { Identity } from '../topology/ports/identity.ts'

/** The package.json lies two folders above dist/cli, one above the source. */
const manifest = new URL(
  import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json',
  import.meta.url,
)

export const packageVersion = (
  JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }
).version

/** Publishing has no options that change results. */
export const publisher: Identity = { codeVersion: packageVersion, configHash: 'none' }

/** Who is running a pipeline that is made of these options. */
export const identityOf = (options: Omit<PipelineOptions, 'identity'>): Identity => ({
  codeVersion: packageVersion,
  configHash: resultHashOf(createPipeline({ ...options, identity: publisher })),
})
