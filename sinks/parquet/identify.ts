import type { Dataset, DatasetEvent } from './dataset.ts'

/**
 * A text that is equal for events of the same rows. Undefined for erasures: to erase once more harms nobody, and what was
 * written since must go.
 */
export const identify = <E extends DatasetEvent>(
  { identityOf }: Pick<Dataset<E, unknown>, 'identityOf'>,
  event: E,
): string | undefined =>
  event.operation === 'ERASE' ? undefined : JSON.stringify(identityOf(event), plain)

/** Fields without a value are left out, so that one that a schema gained since changes nothing. */
const plain = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : (value ?? undefined)
