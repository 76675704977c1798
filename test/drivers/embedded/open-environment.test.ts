import assert from 'node:assert/strict'
import { existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import {
  openEnvironment,
  tableOf,
  type Environment,
  type EnvironmentOptions,
} from '../../../drivers/embedded/lmdb/open-environment.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { ByteTable } from '../../../drivers/embedded/lmdb/renewed-root.ts'
import { smallDiskAt } from './small-disk.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('an LMDB environment on a disk that is full', () => {
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

describe('an LMDB environment that is opened again after some bytes', () => {
  const key = (n: number): Buffer => Buffer.from(String(n).padStart(8, '0'))
  const value = Buffer.alloc(1000, 7)

  /** Calls back with a table of an environment that is opened again every ten values or so. */
  const withTable = async (
    work: (environment: Environment, table: ByteTable) => Promise<void>,
    options: EnvironmentOptions = { renewEveryBytes: 10_000 },
  ): Promise<void> => {
    const folder = temporaryFolder()
    try {
      const environment = openEnvironment(folder.path, options)
      await work(environment, tableOf(environment, 'table'))
      await environment.close()
    } finally {
      folder.remove()
    }
  }

  it('keeps what was written, for who has the table since the beginning', () =>
    withTable(async (environment, table) => {
      for (let n = 0; n < 100; n++) await environment.transact(() => table.putSync(key(n), value))
      assert.deepEqual(
        [...table.getRange()].map((entry) => Buffer.from(entry.key)),
        Array.from({ length: 100 }, (_, n) => key(n)),
      )
      assert.deepEqual(table.get(key(42)), value)
      assert.equal(table.doesExist(key(100)), false)
    }))

  it('shows every table to a read that began with another one', () =>
    withTable(async (environment, table) => {
      const other = tableOf(environment, 'other')
      await environment.transact(() => other.putSync(key(0), value))
      for (let n = 0; n < 50; n++) {
        await environment.transact(() => table.putSync(key(n), value))
        assert.equal([...table.getKeys()].length, n + 1)
        assert.equal([...other.getKeys()].length, 1)
      }
    }))

  it('lets nobody find it closed: neither readers in between nor writers at the same time', () =>
    withTable(async (environment, table) => {
      let read = 0
      let done = false
      const reading = (async () => {
        for (; !done; await new Promise((resolve) => setImmediate(resolve)))
          read += [...table.getKeys()].length
      })()
      const write = (n: number): Promise<void> =>
        environment.transact(() => table.putSync(key(n), value))
      for (let n = 0; n < 200; n += 4) await Promise.all([n, n + 1, n + 2, n + 3].map(write))
      done = true
      await reading
      assert.equal([...table.getKeys()].length, 200)
      assert.ok(read > 0)
    }))

  const status = '/proc/self/status'
  const mapped = (): number =>
    1024 * Number(/RssFile:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1])

  /** Bytes more that are mapped when 40 MB were written and read. */
  const mappedByReading = async (
    options?: EnvironmentOptions,
    first: (environment: Environment) => Promise<void> = async () => {},
  ): Promise<number> => {
    const before = mapped()
    let after = 0
    await withTable(async (environment, table) => {
      await first(environment)
      const fill = (from: number): Promise<void> =>
        environment.transact(() => {
          for (let n = from; n < from + 1000; n++) table.putSync(key(n), value)
        })
      for (let n = 0; n < 40_000; n += 1000) {
        await fill(n)
        for (const _ of table.getRange()) break
      }
      assert.equal([...table.getRange()].length, 40_000)
      await fill(40_000)
      after = mapped()
    }, options)
    return after - before
  }

  it('gives mapped memory back', async function () {
    if (!existsSync(status)) return this.skip() // only Linux tells
    const more = await mappedByReading()
    assert.ok(more < 20_000_000, `${more} bytes more are mapped`)
  })

  it('maps the file once, although it grows', async function () {
    if (!existsSync(status)) return this.skip() // only Linux tells
    const folder = temporaryFolder()
    try {
      const environment = openEnvironment(folder.path)
      const table = tableOf(environment, 'table')
      for (let n = 0; n < 5; n++)
        await environment.transact(() => table.putSync(key(n), Buffer.alloc(1_000_000, n)))
      assert.equal([...table.getRange()].length, 5)
      const maps = readFileSync('/proc/self/maps', 'utf8').split('\n')
      assert.equal(maps.filter((map) => map.endsWith(join(folder.path, 'data.mdb'))).length, 1)
      await environment.close()
    } finally {
      folder.remove()
    }
  })

  it('gives mapped memory back after a change that was undone, too', async function () {
    if (!existsSync(status)) return this.skip() // only Linux tells
    const undone = (environment: Environment): Promise<void> =>
      assert.rejects(
        environment.transact(() => {
          throw new Error('undone')
        }),
        /undone/,
      )
    const more = await mappedByReading(undefined, undone)
    assert.ok(more < 20_000_000, `${more} bytes more are mapped`)
  })

  it('gives mapped memory back sooner when the process has mapped too much', async function () {
    if (!existsSync(status)) return this.skip() // only Linux tells
    const late = { renewEveryBytes: 160_000_000, mostMappedBytes: Infinity }
    const kept = await mappedByReading(late)
    assert.ok(kept > 35_000_000, `only ${kept} bytes more are mapped without it`)
    const more = await mappedByReading({ ...late, mostMappedBytes: mapped() + 10_000_000 })
    assert.ok(more < 20_000_000, `${more} bytes more are mapped`)
  })
})

describe('an LMDB environment in a folder that cannot be written', () => {
  it('says which, and why', () => {
    const folder = temporaryFolder()
    const path = join(folder.path, 'file', 'db')
    writeFileSync(join(folder.path, 'file'), 'no folder')
    assert.throws(
      () => openEnvironment(path),
      (error) =>
        error instanceof Fault &&
        error.kind === 'fatal' &&
        error.message === `${path} cannot be written: ENOTDIR`,
    )
    folder.remove()
  })
})
