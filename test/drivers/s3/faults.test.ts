import assert from 'node:assert/strict'
import fc from 'fast-check'
import { after, before, describe, it } from 'mocha'
import { sumOf } from '../../../drivers/s3/write.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { ObjectConflict, type ObjectStore } from '../../../topology/ports/object-store.ts'
import { createAwakeClock } from '../../builders/awake-clock.ts'
import { fakeFaults, startFakeS3, type FakeFault, type FakeS3 } from './fake-s3.ts'
import { openStore, shortLimits } from './open-store.ts'

const limits = { ...shortLimits, idleMs: 80, attempts: 3 }
const clock = createAwakeClock()
const there = Buffer.from('the bytes that are there')
const fresh = Buffer.from('bytes that were never there')

/** What a call does, what it may answer, and what the object may be afterwards. */
interface Work {
  readonly run: (store: ObjectStore) => Promise<unknown>
  readonly answers: readonly unknown[]
  readonly afterwards: readonly (Buffer | undefined)[]
  /** The object before: `there` when left out. */
  readonly before?: 'nothing'
  readonly conflicts?: true
}

const list = async (store: ObjectStore): Promise<string> => {
  const names: string[] = []
  for await (const { name } of store.list('')) names.push(name)
  return names.join()
}
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString()

const works: Readonly<Record<string, Work>> = {
  'put of a new object': {
    before: 'nothing',
    run: (store) => store.put('a', fresh),
    answers: ['created', 'exists'],
    afterwards: [undefined, fresh],
  },
  'put of the same object': {
    run: (store) => store.put('a', there),
    answers: ['exists'],
    afterwards: [there],
  },
  'put of other bytes': {
    run: (store) => store.put('a', fresh),
    answers: [],
    afterwards: [there],
    conflicts: true,
  },
  replace: {
    run: (store) => store.replace(store.uriOf('a'), there, fresh),
    answers: ['replaced', 'changed'],
    afterwards: [there, fresh],
  },
  'late replace': {
    run: (store) => store.replace(store.uriOf('a'), Buffer.from('older'), fresh),
    answers: ['changed'],
    afterwards: [there],
  },
  get: {
    run: async (store) => text(await store.get(store.uriOf('a'))),
    answers: [String(there)],
    afterwards: [there],
  },
  'get of a range': {
    run: async (store) => (await store.get(store.uriOf('a'), { start: 4, end: 9 }))?.length,
    answers: [5],
    afterwards: [there],
  },
  list: { run: list, answers: ['a'], afterwards: [there] },
  remove: {
    run: (store) => store.remove(store.uriOf('a')),
    answers: [undefined],
    afterwards: [there, undefined],
  },
}

describe('the S3 object store among faults', () => {
  let fake: FakeS3
  let store: ObjectStore
  before(async () => {
    fake = await startFakeS3()
    store = await openStore(fake.endpoint, { limits, clock })
  })
  after(async () => {
    await store.close()
    await fake.close()
  })

  const tryWork = async (
    name: string,
    work: Work,
    faults: readonly (FakeFault | undefined)[],
  ): Promise<void> => {
    const said = `${name} with ${faults.map(String).join(', ')}`
    fake.objects.clear()
    if (work.before !== 'nothing') fake.set('archive/a', there, sumOf(there))
    fake.faults.splice(0, Infinity, ...faults)
    const began = clock.now()
    try {
      const answer = await work.run(store)
      assert.ok(work.answers.includes(answer), `${said}: answered ${String(answer)}`)
      if (answer === 'created' || answer === 'replaced')
        assert.deepEqual(fake.objects.get('archive/a')?.bytes, fresh, said)
    } catch (error) {
      const typed = error instanceof Fault || (work.conflicts && error instanceof ObjectConflict)
      if (!typed) throw error
    }
    const took = clock.now() - began
    assert.ok(took < limits.deadlineMs + 2_000, `${said}: took ${took} ms`)
    const now = fake.objects.get('archive/a')?.bytes
    const allowed = work.afterwards.some((each) => (each && now ? each.equals(now) : each === now))
    assert.ok(allowed, `${said}: left ${String(now)}`)
  }

  for (const [name, work] of Object.entries(works))
    it(`ends a ${name} after any single fault, and overwrites nothing`, async () => {
      for (const fault of fakeFaults)
        for (const position of [0, 1])
          await tryWork(name, work, [...Array.from({ length: position }, () => undefined), fault])
    })

  it('ends every call after any few faults, and overwrites nothing', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(works)),
        fc.array(fc.option(fc.constantFrom(...fakeFaults), { nil: undefined }), { maxLength: 4 }),
        async (name, faults) => tryWork(name, works[name]!, faults),
      ),
      { numRuns: 40 },
    ))

  it('keeps no connection for the rest of an answer that never comes', async () => {
    fake.set('archive/a', there, sumOf(there))
    // More often than there are connections.
    for (let i = 0; i < 20; i++) {
      fake.faults.splice(0, Infinity, 'stall-body', 'stall-body')
      assert.equal(await store.put('a', there), 'exists')
      assert.equal(fake.faults.length, 0)
    }
  })

  it('needs no more than another attempt after faults that pass', async () => {
    const passing = [
      'reset',
      'reset-done',
      'stall',
      'truncate',
      'short',
      '503 SlowDown',
      '429 TooManyRequests',
      '409 ConditionalRequestConflict',
      '400 BadDigest',
      'garbage',
      'slow',
    ] as const
    for (const fault of passing) {
      fake.objects.clear()
      fake.faults.splice(0, Infinity, fault)
      assert.match(await store.put('a', fresh), /created|exists/, fault)
      fake.faults.splice(0, Infinity, fault)
      assert.equal(text(await store.get(store.uriOf('a'))), String(fresh), fault)
    }
  })
})
