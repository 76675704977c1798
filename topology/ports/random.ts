/** Randomness, for jitter only; nothing that reaches an output may depend on it. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number
}
