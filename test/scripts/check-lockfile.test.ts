import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { inScratch, repository, runScript } from './repository.ts'

interface Lock {
  readonly packages: Record<string, { version: string }>
}

/** Runs the check on a lockfile that `change` has edited. */
const check = (change: (lock: Lock) => void) => {
  let result = { status: null as number | null, stderr: '' }
  inScratch((scratch) => {
    const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as Lock
    change(lock)
    const path = join(scratch, 'package-lock.json')
    writeFileSync(path, JSON.stringify(lock))
    result = runScript('check-lockfile.mjs', '--lock', path)
  })
  return result
}

describe('the check of the lockfile', () => {
  it('passes the lockfile as it is', () => {
    assert.deepEqual(check(() => undefined).stderr, '')
  })

  it('misses the package of another platform', () => {
    const { status, stderr } = check((lock) => {
      delete lock.packages['node_modules/@lmdb/lmdb-win32-x64']
      delete lock.packages['node_modules/@lmdb/lmdb-win32-arm64']
    })
    assert.equal(status, 1)
    assert.match(stderr, /lmdb needs @lmdb\/lmdb-win32-x64, which is not in the lockfile/)
    assert.match(stderr, /node_modules\/lmdb has no native package for win32/)
  })

  it('notices a version that is not the pinned one', () => {
    const { stderr } = check((lock) => {
      const entry = lock.packages['node_modules/avsc']
      assert.ok(entry)
      entry.version = '0.0.1'
    })
    assert.match(stderr, /avsc is \d\S+ in package\.json, 0\.0\.1 in the lockfile/)
  })
})
