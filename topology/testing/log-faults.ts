/** What goes wrong between a process and the log. Asked once per call. */
export interface LogFaults {
  /** Milliseconds until the answer of a poll arrives; more than the session time makes the member a zombie. */
  readonly pollDelayMs: () => number
  readonly commitDelayMs: () => number
  /** `refused`: nothing happened. `answer-lost`: it took effect, but the caller gets a fault. */
  readonly commit: () => 'none' | 'refused' | 'answer-lost'
  /** True while the log is away: commits fail, polls fail or bring nothing, and nobody is missed. */
  readonly away: () => boolean
  /** True: records that were fetched before a rebalance arrive after it. */
  readonly stalePrefetch: () => boolean
}

export const noFaults: LogFaults = {
  pollDelayMs: () => 0,
  commitDelayMs: () => 0,
  commit: () => 'none',
  away: () => false,
  stalePrefetch: () => false,
}
