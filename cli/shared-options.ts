import { Option, type Command } from 'commander'
import type { FlagValue } from '../config/flag-layer.ts'
import type { LogLevel } from '../drivers/telemetry/console-telemetry.ts'

/** Options that every command takes. */
export interface SharedOptions {
  readonly profile: string
  readonly dataDir?: string
  readonly tenant?: string
  readonly json?: boolean
  readonly set?: string[]
  readonly log?: LogLevel
}

/** The option may be given several times; each adds a value. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value]

export const addSharedOptions = (command: Command): Command =>
  command
    .option('--profile <name>', 'built-in profile or path of a YAML file', 'embedded')
    .option('--data-dir <folder>', 'everything that is written goes there')
    .option('--tenant <name>', 'whose archive this is')
    .option('--set <option=value>', 'any option of the configuration (repeatable)', collect)
    .option('--json', 'print JSON for programs instead of lines for people')
    .addOption(
      new Option(
        '--log <level>',
        'log lines on standard error; when left out: warnings, one dead letter per cause',
      ).choices(['error', 'warn', 'info', 'debug']),
    )

/** A flag that sets one option of the configuration; nothing when it was not given. */
export const flag = (name: string, path: string, value: unknown): readonly FlagValue[] =>
  value === undefined ? [] : [{ flag: name, path, value }]

/** What the shared options, and `--source` where a command has it, say about the configuration. */
export const flagsOf = (
  options: SharedOptions & { readonly source?: string[] },
): readonly FlagValue[] => [
  ...flag('--data-dir', 'dataDir', options.dataDir),
  ...flag('--tenant', 'tenant', options.tenant),
  ...flag('--source', 'sources', options.source),
  ...(options.set ?? []).map((text) => {
    const at = text.indexOf('=')
    const [path, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
    return { flag: `--set ${path}`, path, value: valueOf(value) }
  }),
]

/** Numbers, lists and truth values as in JSON; anything else is text. */
const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
