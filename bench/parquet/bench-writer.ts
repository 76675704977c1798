import type { BenchRow } from './workload.ts'

/** One way to write the workload. */
export interface BenchWriter {
  /** The bytes of a file with these rows. */
  readonly write: (rows: readonly BenchRow[]) => Uint8Array
  /** Called when the file was read, as the sink does. */
  readonly release?: () => void
}

/** What one process measured. */
export interface Measured {
  readonly rows: number
  /** User and system time of all threads of the process, without making the rows. */
  readonly cpuSeconds: number
  /** Rows per CPU second of the first files of the process, while code is compiled. */
  readonly coldRate: number
  readonly fileBytes: number
  readonly rawBytes: number
  /** Most memory of the process while writing, above what it took to make the rows. */
  readonly peakRssMiB: number
}
