/**
 * Options of a Parquet sink. Those marked "bytes" change what a range's files hold: change them only after the sink
 * was drained, or a range claimed before and written again after would not be equal.
 */
export interface ParquetOptions {
  /** Most records of a range. */
  readonly maxRecords: number
  /** Most bytes of record values in a range, as they stand in the topic; they are held in memory until written. */
  readonly maxBytes: number
  /** Milliseconds after its first record when a range is written, full or not. */
  readonly maxAgeMs: number
  /** Milliseconds until an attempt to write a range is given up. */
  readonly timeoutMs: number
  /** Bytes: what one folder holds by event time. `month` is dated by its first day. Fewer files, coarser pruning. */
  readonly partitionBy: 'day' | 'month'
  /** Bytes: most rows of a row group. */
  readonly rowGroupRows: number
  /** Bytes: uncompressed bytes (an estimate) after which a row group is closed; bounds memory. */
  readonly rowGroupBytes: number
  /** Bytes: uncompressed bytes (an estimate) after which the next file of the same folder is begun; bounds memory. */
  readonly fileBytes: number
  /** How many files are written at a time, and how many inputs are read at a time for each of them. */
  readonly parallel: number
}

export const parquetDefaults: ParquetOptions = {
  maxRecords: 20_000,
  maxBytes: 16 * 1024 * 1024,
  maxAgeMs: 60_000,
  timeoutMs: 300_000,
  partitionBy: 'day',
  rowGroupRows: 20_000,
  rowGroupBytes: 8 * 1024 * 1024,
  fileBytes: 64 * 1024 * 1024,
  parallel: 4,
}
