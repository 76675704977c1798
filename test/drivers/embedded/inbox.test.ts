import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { createHandIn, NotTaken, OwnerGone } from '../../../drivers/embedded/inbox/hand-in.ts'
import { takeInbox, watchInbox } from '../../../drivers/embedded/inbox/take-inbox.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import type { ProduceRecord } from '../../../topology/ports/record-log.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import { temporaryFolder } from './temporary-folder.ts'

const record = (key: string, value: string | null = 'größe'): ProduceRecord => ({
  topic: 'archive.documents' as TopicName,
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  timestamp: 17,
  headers: {},
})

/** A log that only remembers; `fails` as often as it is told. */
const aLog = (fails = 0) => {
  const records: ProduceRecord[] = []
  return {
    records,
    keys: () => records.map(({ key }) => Buffer.from(key).toString()),
    produce: async (more: readonly ProduceRecord[]) => {
      if (fails-- > 0) throw new Error('not now')
      records.push(...more)
    },
  }
}

/** Time passes as it is waited for. */
const hurriedClock = (): Clock => {
  let now = 1_700_000_000_000
  return {
    now: () => now,
    after: (ms, fire) => {
      const timer = setImmediate(() => {
        now += ms
        fire()
      })
      return () => clearImmediate(timer)
    },
  }
}

describe('the inbox of a data folder', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => (folder = temporaryFolder()))
  afterEach(() => folder.remove())

  const inbox = (): readonly string[] => readdirSync(join(folder.path, 'inbox'))
  const handInBy = (name: string, clock: Clock = systemClock, isOwned = async () => true) =>
    createHandIn({ dataDir: folder.path, clock, isOwned, name })

  it('keeps headers', async () => {
    const given = [{ ...record('a'), headers: { h: Buffer.from([0, 255]) } }, record('b')]
    await handInBy('1').produce(given)
    const log = aLog()
    await takeInbox({ dataDir: folder.path, log, clock: systemClock })
    assert.deepEqual(log.records, given)
  })

  it('gives the records as they were handed in, in that order, and is empty then', async () => {
    const given = [record('a'), record('b', null)]
    const handIn = handInBy('1')
    for (const each of given) await handIn.produce([each])
    const log = aLog()
    assert.equal(await takeInbox({ dataDir: folder.path, log, clock: systemClock }), 2)
    assert.deepEqual(log.records, given)
    assert.deepEqual(inbox(), [])
    await handIn.settled()
  })

  it('keeps what the log did not take', async () => {
    await handInBy('1').produce([record('a')])
    const log = aLog(1)
    const options = { dataDir: folder.path, log, clock: systemClock }
    await assert.rejects(takeInbox(options), /not now/)
    assert.equal(inbox().length, 1)
    await takeInbox(options)
    assert.deepEqual(log.keys(), ['a'])
  })

  it('is waited for by many, while it is taken from', async () => {
    const log = aLog(1)
    const errors: unknown[] = []
    const watched = watchInbox({
      dataDir: folder.path,
      log,
      clock: systemClock,
      onError: (error) => errors.push(error),
    })
    const keys = Array.from({ length: 30 }, (_, n) => `k${n}`)
    await Promise.all(
      ['1', '2'].map(async (name) => {
        const handIn = handInBy(name)
        for (const key of keys) await handIn.produce([record(`${name} ${key}`)])
        await handIn.settled()
      }),
    )
    await watched.stop()
    assert.equal(errors.length, 1)
    for (const name of ['1', '2'])
      assert.deepEqual(
        log.keys().filter((key) => key.startsWith(name)),
        keys.map((key) => `${name} ${key}`),
      )
  })

  it('is given up when nobody takes from it, and keeps what lies in it', async () => {
    const handIn = handInBy('1', hurriedClock())
    await handIn.produce([record('a')])
    await assert.rejects(handIn.settled(), NotTaken)
    assert.equal(inbox().length, 1)
  })

  it('says that the process it is for has ended', async () => {
    const handIn = handInBy('1', hurriedClock(), async () => false)
    await handIn.produce([record('a')])
    await assert.rejects(handIn.settled(), OwnerGone)
    await takeInbox({ dataDir: folder.path, log: aLog(), clock: systemClock })
    await handIn.settled()
  })

  it('leaves what it cannot read where it is, says so once, and takes the rest', async () => {
    mkdirSync(join(folder.path, 'inbox'))
    writeFileSync(join(folder.path, 'inbox', '0.json'), '{"version": 3, "records": []}')
    writeFileSync(join(folder.path, 'inbox', '1.json'), 'torn')
    const handIn = handInBy('1')
    const log = aLog()
    const refused: string[] = []
    const watched = watchInbox({
      dataDir: folder.path,
      log,
      clock: hurriedClock(),
      onRefused: (name) => refused.push(name),
      onError: (error) => assert.fail(String(error)),
    })
    await handIn.produce([record('a')])
    await handIn.settled()
    await watched.stop()
    assert.deepEqual(log.keys(), ['a'])
    assert.deepEqual(refused, ['0.json', '1.json'])
    assert.deepEqual(inbox(), ['0.json', '1.json'])
  })

  it('does not take what is being written, and sweeps what was left so long ago', async () => {
    mkdirSync(join(folder.path, 'inbox'))
    for (const name of ['fresh.part', 'old.part'])
      writeFileSync(join(folder.path, 'inbox', name), '{')
    utimesSync(join(folder.path, 'inbox', 'old.part'), 1, 1)
    assert.equal(await takeInbox({ dataDir: folder.path, log: aLog(), clock: systemClock }), 0)
    assert.deepEqual(inbox(), ['fresh.part'])
  })
})
