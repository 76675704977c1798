import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Fault, Rejected } from '../../../topology/model/failure.ts'
import { forward, forwardStream } from '../../../topology/model/outcome.ts'
import { anEngine, asking, output } from './an-engine.ts'

const failure = { disposition: 'POISON', code: 'planted', message: 'x'.repeat(5_000) } as const
const numbers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${i}`)

describe('A stream of outputs', () => {
  it('writes a stream as it comes, from its beginning again after a fault', async () => {
    let runs = 0
    const stream = {
      async *[Symbol.asyncIterator]() {
        runs++
        for (const value of numbers(1_200)) {
          if (runs === 1 && value === '700') throw new Fault('transient', 'source', 'again')
          yield value
        }
      },
    }
    const engine = await anEngine((source) =>
      source
        .via(asking(async (value) => (value === 'stream' ? forwardStream(stream) : forward(value))))
        .to(output),
    )
    engine.put('key', 'stream')
    engine.put('key', 'after')
    await engine.wait(engine.running.drained())
    assert.deepEqual(engine.outputs(), [...numbers(500), ...numbers(1_200), 'after'])
  })

  it('dead-letters a record whose stream is rejected half-way', async () => {
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield 'first'
        throw new Rejected({ ...failure, message: 'm' })
      },
    }
    const engine = await anEngine((source) =>
      source.via(asking(async () => forwardStream(stream))).to(output),
    )
    engine.put('key', 'stream')
    await engine.wait(engine.running.drained())
    assert.deepEqual(
      engine.deadLetters().map(({ code }) => code),
      ['planted'],
    )
  })

  it('takes a stream before anything but a topic for a bug, and loses no value silently', async () => {
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield 'value'
      },
    }
    const engine = await anEngine((source) =>
      source
        .via(asking(async () => forwardStream(stream)))
        .select('all', (value) => [value])
        .to(output),
    )
    engine.put('key', 'stream')
    await engine.wait(engine.running.drained())
    assert.deepEqual(
      engine.deadLetters().map(({ disposition }) => disposition),
      ['BUG'],
    )
  })
})
