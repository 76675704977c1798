import type { Config } from '../../config/schema.ts'
import type { Output } from '../output.ts'

/** What every command gets. */
export interface CommandContext {
  readonly config: Config
  readonly output: Output
}
