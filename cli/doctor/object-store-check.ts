import { resolve } from 'node:path'
import type { Config } from '../../config/schema.ts'
import type { Telemetry } from '../../topology/ports/telemetry.ts'
import { openObjects, placeOfObjects } from '../open-stores.ts'
import { ok, wrong, type Check } from './check.ts'

/** Writes, reads and removes an object of its own, and finds out whether conditional writes are heeded. */
export const objectStoreCheck = (config: Config): Check => ({
  name: 'object store',
  look: async () => {
    const notices: string[] = []
    const emit: Telemetry['emit'] = (event) => {
      if (event.kind === 'notice') notices.push(event.message)
    }
    const dataDir = resolve(config.dataDir)
    try {
      const objects = await openObjects(config, dataDir, { telemetry: { emit } })
      try {
        // One page of the list is asked for.
        await objects.list('')[Symbol.asyncIterator]().next()
      } finally {
        await objects.close()
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return wrong(
        error.message,
        'put this right; docs/object-stores.md says what the store must do',
      )
    }
    const place = placeOfObjects(config, dataDir, '')
    return ok(`${place} at ${config.s3.endpoint}; ${notices[0] ?? 'conditional writes are heeded'}`)
  },
})
