export interface AdmitOptions {
  /** How many documents may be admitted at a time; it is a look-up in memory. */
  readonly concurrency: number
  /** Milliseconds until an attempt is given up. */
  readonly timeoutMs: number
}

export const admitDefaults: AdmitOptions = { concurrency: 64, timeoutMs: 5_000 }
