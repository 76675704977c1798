import { randomUUID } from 'node:crypto'
import { S3Refusal } from './answers.ts'
import type { S3Client } from './client.ts'
import { createPatience, type PatienceOptions } from './patience.ts'
import { putOnce, type S3Condition } from './write.ts'

/** What a store does with conditional writes. */
export interface S3Conditions {
  /** Whether `If-None-Match: *` keeps an object that is there. */
  readonly absent: boolean
  /** Whether `If-Match` keeps an object that has changed. */
  readonly unchanged: boolean
}

const noSuchTag = '"00000000000000000000000000000000"'

/**
 * Finds out by doing it: some stores take the headers and overwrite all the same. Leaves nothing behind, unless it is
 * killed; what it writes is no object of the store.
 */
export const probeConditions = async (
  client: S3Client,
  prefix: string,
  options: PatienceOptions,
  remove: (key: string) => Promise<void>,
): Promise<S3Conditions> => {
  const key = `${prefix}/.probe/${randomUUID()}`
  const put = (text: string, condition: S3Condition) => {
    const patience = createPatience(options)
    return patience.persist(() => putOnce(client, key, Buffer.from(text), condition, patience))
  }
  const keeps = async (condition: S3Condition): Promise<boolean> => {
    try {
      return (await put('second', condition)) === 'refused'
    } catch (error) {
      if (isUnknown(error)) return false
      throw error
    }
  }
  await put('first', { kind: 'none' })
  try {
    const absent = await keeps({ kind: 'absent' })
    return { absent, unchanged: await keeps({ kind: 'unchanged', etag: noSuchTag }) }
  } finally {
    await remove(key)
  }
}

const isUnknown = (error: unknown): boolean =>
  error instanceof S3Refusal && (error.status === 501 || error.code === 'NotImplemented')

/** Also when it is gone already. */
export const removeKey = async (
  client: S3Client,
  key: string,
  options: PatienceOptions,
): Promise<void> => {
  const patience = createPatience(options)
  await patience.persist(async () => {
    const request = { method: 'DELETE', key, expect: [200, 204] } as const
    const response = await client.send(request, patience.left())
    client.skip(response)
  })
}
