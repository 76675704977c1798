import { createHash } from 'node:crypto'
import type { Config } from './schema.ts'

/**
 * Hex SHA-256 prefix of the options that change results, for `producedBy.configHash`. Options that only change speed,
 * memory or places are left out, so outputs of two machines agree. Secrets are left out too.
 */
export const resultHash = (config: Config): string => {
  const { tenant, parse, redact, tokenise, chunk, pack, models } = config
  const parts = [
    tenant,
    parse,
    redact.policy,
    tokenise.tokenizerSha256 ?? null,
    chunk,
    pack.chunksPerSet,
    models,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}
