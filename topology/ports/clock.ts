/** Time, so that tests are instant and repeatable. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Calls `fire` once after `ms` milliseconds. Returns what cancels it. */
  readonly after: (ms: number, fire: () => void) => () => void
}
