import type { Settings } from '../../topology/model/stage.ts'

export interface RecogniseOptions {
  /** `name@version` of the model, as the port must say it. */
  readonly model: string
  /** What else decides what it finds, as far as it may be shown: see `Settings` of a stage. */
  readonly settings: Settings
  /** Documents asked about at a time. */
  readonly concurrency: number
  /** Milliseconds until an attempt is given up: a long document is asked about piece by piece, all of it in one attempt. */
  readonly timeoutMs: number
}

export const recogniseDefaults: Omit<RecogniseOptions, 'model'> = {
  settings: {},
  concurrency: 32,
  timeoutMs: 600_000,
}
