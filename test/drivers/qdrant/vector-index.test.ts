import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { defaultQdrantLimits } from '../../../drivers/qdrant/options.ts'
import { createQdrantVectorIndex } from '../../../drivers/qdrant/qdrant-vector-index.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { VectorIndex } from '../../../topology/ports/vector-index.ts'
import { aPoint } from '../../contracts/vector-index.contract.ts'
import { optionsAt } from '../../integration/qdrant/open-index.ts'
import {
  healthy,
  refusal,
  result,
  startFakeQdrant,
  type FakeQdrant,
  type Reply,
  type Seen,
} from './fake-qdrant.ts'

const prefix = 'archive'
const quick = { ...defaultQdrantLimits, attempts: 3, backOffMs: 1, backOffMaxMs: 1 }

describe('bad luck with Qdrant', () => {
  let fake: FakeQdrant
  let index: VectorIndex | undefined
  beforeEach(async () => {
    fake = await startFakeQdrant()
    fake.answer = healthy(prefix)
    index = undefined
  })
  afterEach(async () => {
    await index?.close()
    await fake.stop()
  })
  const open = async (changes: Parameters<typeof optionsAt>[1] = {}): Promise<VectorIndex> => {
    index = await createQdrantVectorIndex(
      optionsAt(fake.url, { prefix, limits: quick, ...changes }),
    )
    return index
  }
  const write = async (): Promise<void> => {
    await (index ?? (await open())).upsert([aPoint('a', 0, 1n, [1, 0, 0, 0])])
  }
  const faultOf = async (work: Promise<unknown>): Promise<Fault> => {
    const error = await work.then(
      () => assert.fail('nothing was thrown'),
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof Fault, String(error))
    assert.equal(error.dependency, 'vector-index')
    return error
  }
  /** Answers writes of points so; everything else as a healthy server does. */
  const onWrite = (reply: (seen: Seen) => Reply | 'cut' | undefined): void => {
    fake.answer = (seen) =>
      seen.path.endsWith('1.0.0/points/batch') ? reply(seen) : healthy(prefix)(seen)
  }
  const writes = (): number =>
    fake.seen.filter(({ path }) => path.endsWith('1.0.0/points/batch')).length

  it('of a collection with other dimensions ends the start and says both numbers', async () => {
    fake.answer = healthy(prefix, 768)
    const fault = await faultOf(open())
    assert.equal(fault.kind, 'fatal')
    assert.match(fault.message, /has vectors of 768 dimensions, the model makes 4; use another/)
  })

  it('of a missing alias over points ends the start, so that no empty collection hides them', async () => {
    fake.answer = (seen) => {
      if (seen.path === '/aliases') return result({ aliases: [] })
      if (seen.path.endsWith('/points/count')) return result({ count: 12 })
      return healthy(prefix)(seen)
    }
    const fault = await faultOf(open())
    assert.match(
      fault.message,
      /alias archive\.model\.1\.0\.0 is missing.*g1 has 12 points.*rebuild/,
    )
    assert.ok(!fake.seen.some(({ method }) => method === 'PUT'))
  })

  it('of a collection that is removed while running waits and says what to do', async () => {
    onWrite(() => refusal(404, "Not found: Collection `archive.model.1.0.0` doesn't exist!"))
    const fault = await faultOf(write())
    assert.equal(fault.kind, 'dependency-down')
    assert.match(fault.message, /alias or a collection was removed.*vectors rebuild/)
  })

  it('of a wrong API key ends the process, and the key is nowhere in the message', async () => {
    fake.answer = () => refusal(401, 'Invalid API key or JWT')
    const fault = await faultOf(open({ apiKey: 'very-secret' }))
    assert.equal(fault.kind, 'fatal')
    assert.match(fault.message, /the API key is wrong/)
    assert.ok(!fault.message.includes('very-secret'))
    assert.ok(fake.seen.every(({ apiKey }) => apiKey === 'very-secret'))
  })

  it('of a server that is not there names the address', async () => {
    await fake.stop()
    const fault = await faultOf(open())
    assert.equal(fault.kind, 'dependency-down')
    assert.match(
      fault.message,
      /^Qdrant at http:\/\/127\.0\.0\.1:\d+: it does not answer \(ECONNREFUSED\)/,
    )
    fake = await startFakeQdrant()
  })

  it('of a web page instead of Qdrant says so', async () => {
    fake.answer = () => ({ status: 200, body: '<!doctype html><title>hello</title>' })
    assert.match((await faultOf(open())).message, /a web page answers/)
    index = undefined
    fake.answer = healthy(prefix)
    onWrite(() => ({ status: 502, body: '<html>bad gateway</html>' }))
    assert.match((await faultOf(write())).message, /a web page answers \(status 502\)/)
  })

  it('of a full disk waits for room, without trying on and on', async () => {
    onWrite(() => refusal(500, 'Service internal error: No space left on device: WAL buffer'))
    const fault = await faultOf(write())
    assert.equal(fault.kind, 'dependency-down')
    assert.match(fault.message, /no space left on its disk; make room/)
    assert.equal(writes(), 1)
  })

  it('of passing errors and cut connections is tried again', async () => {
    const replies: (Reply | 'cut')[] = [refusal(503, 'busy'), 'cut', result({})]
    onWrite(() => replies.shift())
    await write()
    assert.equal(writes(), 3)
  })

  it('that lasts is given up after all attempts, to be tried again by the stage', async () => {
    onWrite(() => refusal(500, 'something broke'))
    const fault = await faultOf(write())
    assert.equal(fault.kind, 'transient')
    assert.match(fault.message, /it answers 500 \(something broke\)/)
    assert.equal(writes(), 3)
  })

  it('of being asked too often is met with the pause that was asked for', async () => {
    const pauses: number[] = []
    const clock = {
      now: () => 0,
      after: (ms: number, fire: () => void) => {
        // Deadlines do not come; pauses pass at once.
        if (ms < quick.attemptMs) {
          pauses.push(ms)
          setImmediate(fire)
        }
        return () => {}
      },
    }
    const replies = [refusal(429, 'slow down', { 'retry-after': '7' }), result({})]
    onWrite(() => replies.shift())
    await open({ clock, random: { next: () => 0 } })
    await write()
    assert.deepEqual(pauses, [7000])
  })

  it('of a server that says nothing ends with the deadline', async () => {
    const timers = new Set<() => void>()
    const clock = {
      now: () => 0,
      after: (_ms: number, fire: () => void) => {
        timers.add(fire)
        return () => void timers.delete(fire)
      },
    }
    await open({ clock, limits: { ...quick, attempts: 1 } })
    onWrite(() => {
      for (const fire of timers) fire()
      return undefined
    })
    const fault = await faultOf(write())
    assert.equal(fault.kind, 'transient')
    assert.match(fault.message, /no answer within 10000 ms/)
  })

  it('of answers that are no errors of ours is not asked again', async () => {
    onWrite(() => refusal(400, 'Wrong input: something'))
    const fault = await faultOf(write())
    assert.match(fault.message, /it answers 400 \(Wrong input: something\)/)
    assert.equal(writes(), 1)
  })
})
