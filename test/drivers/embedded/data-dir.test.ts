import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'mocha'
import { DataDirLocked, lockDataDir } from '../../../drivers/embedded/data-dir/lock-data-dir.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import { temporaryFolder } from './temporary-folder.ts'

const holder = `
  const { lockDataDir } = await import(process.argv[1])
  const { systemClock } = await import(process.argv[2])
  await lockDataDir(process.argv[3], systemClock)
  process.stdout.write('held')
  setInterval(() => {}, 1000)
`
const modules = ['embedded/data-dir/lock-data-dir', 'system/system-clock'].map(
  (name) =>
    // The compiled name of the module: the test runs from where it was compiled to.
    new URL(`../../../drivers/${name}${import.meta.url.slice(-3)}`, import.meta.url).href,
)

const hold = async (path: string) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, ...modules, path])
  child.stderr.pipe(process.stderr)
  await once(child.stdout, 'data')
  return child
}

describe('the lock of a data folder', () => {
  it('is held by one process, and the other is told by whom', async () => {
    const folder = temporaryFolder()
    const child = await hold(folder.path)
    await assert.rejects(lockDataDir(folder.path, systemClock), (error) => {
      assert.ok(error instanceof DataDirLocked)
      assert.equal(error.owner?.pid, child.pid)
      assert.ok(Math.abs((error.owner?.since ?? 0) - Date.now()) < 60_000)
      assert.match(error.message, new RegExp(`process ${child.pid} since 20`))
      return true
    })
    child.kill('SIGKILL')
    await once(child, 'exit')
    folder.remove()
  })

  it('is free at once after its holder was killed', async () => {
    const folder = temporaryFolder()
    const child = await hold(folder.path)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const lock = await lockDataDir(folder.path, systemClock)
    await lock.release()
    folder.remove()
  })

  it('goes to exactly one of many who want it at the same time', async () => {
    const folder = temporaryFolder()
    const attempts = Array.from({ length: 8 }, () => lockDataDir(folder.path, systemClock))
    const settled = await Promise.allSettled(attempts)
    const locks = settled.filter((each) => each.status === 'fulfilled')
    assert.equal(locks.length, 1)
    for (const each of settled)
      assert.ok(each.status === 'fulfilled' || each.reason instanceof DataDirLocked)
    await locks[0]?.value.release()
    const again = await lockDataDir(folder.path, systemClock)
    await again.release()
    folder.remove()
  })

  /** Time stands still while somebody is asked; a pause is over once `meanwhile` has happened. */
  const pausing = (now: () => number, meanwhile: () => Promise<void>): Clock => ({
    now,
    after: (ms, fire) => {
      if (ms >= 1_000) return systemClock.after(ms, fire)
      void meanwhile().then(fire)
      return () => undefined
    },
  })

  it('is waited for while somebody only publishes', async () => {
    const folder = temporaryFolder()
    const publisher = await lockDataDir(folder.path, systemClock, { brief: true })
    const clock = pausing(systemClock.now, publisher.release)
    const lock = await lockDataDir(folder.path, clock)
    await lock.release()
    folder.remove()
  })

  it('is not waited for without end, nor by who only publishes too', async () => {
    const folder = temporaryFolder()
    const publisher = await lockDataDir(folder.path, systemClock, { brief: true })
    let now = 0
    const clock = pausing(
      () => (now += 20_000),
      () => Promise.resolve(),
    )
    await assert.rejects(lockDataDir(folder.path, clock), DataDirLocked)
    const never = pausing(systemClock.now, () => assert.fail('waited'))
    await assert.rejects(lockDataDir(folder.path, never, { brief: true }), DataDirLocked)
    await publisher.release()
    folder.remove()
  })
})
