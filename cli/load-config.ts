import { loadConfig, problemLines } from '../config/load.ts'
import type { FlagValue } from '../config/flag-layer.ts'
import type { Config } from '../config/schema.ts'
import { CommandError, exitCodes } from './exit-codes.ts'

/** The configuration; throws {@link CommandError} with all that is wrong with it, at once. */
export const loadOrFail = (profile: string, flags: readonly FlagValue[]): Config => {
  const loaded = loadConfig({ profile, environment: process.env, flags })
  if (loaded.kind === 'loaded') return loaded.config
  const lines = problemLines(loaded.problems).map((line) => `  ${line}`)
  throw new CommandError(exitCodes.config, `the configuration is wrong:\n${lines.join('\n')}`)
}
