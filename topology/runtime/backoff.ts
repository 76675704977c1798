import type { RetryOptions } from './options.ts'

/** Exponential back-off with full jitter: uniform over (0, min(maxMs, firstMs · 2^(attempt − 1))], at least 1 ms. */
export const backoffMs = (options: RetryOptions, attempt: number, random: number): number => {
  const ceiling = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempt - 1, 30))
  return Math.max(1, Math.ceil(ceiling * (1 - random)))
}
