import type { LogRecord } from '../ports/record-log.ts'

/** The key of a record as text. */
export const keyOf = ({ key }: Pick<LogRecord, 'key'>): string =>
  Buffer.isBuffer(key)
    ? key.toString('utf8')
    : Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8')
