import type { PlacedRecord } from './batching-producer.ts'

/** Bytes of a record beyond key, value and headers. */
const recordOverhead = 64

/** About what a record takes in a request. */
export const sizeOfRecord = ({ key, value, headers }: PlacedRecord): number => {
  let size = recordOverhead + key.length + (value?.length ?? 0)
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0)
  return size
}
