import { readFileSync } from 'node:fs'
import type { Identity } from '../topology/ports/identity.ts'
import { resultHash } from '../config/result-hash.ts'
import type { Config } from '../config/schema.ts'

/** The package.json lies two folders above dist/cli, one above the source. */
const manifest = new URL(
  import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json',
  import.meta.url,
)

export const packageVersion = (
  JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }
).version

export const identityOf = (config: Config): Identity => ({
  codeVersion: packageVersion,
  configHash: resultHash(config),
})
