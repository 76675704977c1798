export interface RecogniseOptions {
  /** `name@version` of the model, as the port must say it. */
  readonly model: string
  /** Documents asked about at a time. */
  readonly concurrency: number
  /** Milliseconds until an attempt is given up. */
  readonly timeoutMs: number
}

export const recogniseDefaults: Omit<RecogniseOptions, 'model'> = {
  concurrency: 32,
  timeoutMs: 60_000,
}
