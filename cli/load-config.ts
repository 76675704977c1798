import { loadConfig, problemLines, type ConfigLoad } from '../config/load.ts'
import type { FlagValue } from '../config/flag-layer.ts'
import type { Config } from '../config/schema.ts'
import { CommandError, exitCodes } from './exit-codes.ts'

/** A configuration that is right, and where its values come from. */
export type LoadedConfig = Extract<ConfigLoad, { kind: 'loaded' }>

/** The configuration of profile, environment and flags; what it names, such as a policy, is not looked into. */
export const loadFrom = (profile: string, flags: readonly FlagValue[]): ConfigLoad =>
  loadConfig({ profile, environment: process.env, flags })

/** The configuration and its origins; throws {@link CommandError} with all that is wrong with it, at once. */
export const loadedOrFail = (profile: string, flags: readonly FlagValue[]): LoadedConfig => {
  const loaded = loadConfig({ profile, environment: process.env, flags, references: true })
  if (loaded.kind === 'loaded') return loaded
  const lines = problemLines(loaded.problems).map((line) => `  ${line}`)
  throw new CommandError(exitCodes.config, `the configuration is wrong:\n${lines.join('\n')}`)
}

/** The configuration alone, as {@link loadedOrFail}. */
export const loadOrFail = (profile: string, flags: readonly FlagValue[]): Config =>
  loadedOrFail(profile, flags).config
