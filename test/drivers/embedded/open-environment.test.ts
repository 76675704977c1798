import assert from 'node:assert/strict'
import { statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openEnvironment, tableOf } from '../../../drivers/embedded/lmdb/open-environment.ts'
import { smallDiskAt } from './small-disk.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('an LMDB environment on a disk that is full', function () {
  this.timeout(10_000)
  const free = (path: string): number => {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  }

  for (const left of [4_096, 100_000]) {
    it(`refuses what does not fit into the last ${left} bytes, and closes all the same`, async function () {
      const folder = temporaryFolder()
      const path = join(folder.path, 'small')
      const disk = smallDiskAt(path, 9)
      if (!disk) return this.skip()
      try {
        const environment = openEnvironment(join(path, 'db'))
        const table = tableOf(environment, 'table')
        const put = (key: string, bytes: number): Promise<void> =>
          environment.transact(() => table.putSync(Buffer.from(key), new Uint8Array(bytes)))
        await put('first', 10)
        writeFileSync(join(path, 'filling'), Buffer.alloc(free(path) - left))
        await assert.rejects(put('large', 200_000))
        await environment.close()
      } finally {
        disk.remove()
        folder.remove()
      }
    })
  }
})
