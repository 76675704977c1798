import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { Breaker } from '../../../topology/runtime/breaker.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'

const options = { ...defaultRuntimeOptions.retry, firstMs: 100, maxMs: 1_000 }

describe('The breaker', () => {
  let clock: ManualClock
  let breaker: Breaker
  let changes: string[]
  let entered: string[]

  const enter = (name: string): void => void breaker.enter().then(() => entered.push(name))

  beforeEach(() => {
    clock = new ManualClock(0)
    changes = []
    entered = []
    breaker = new Breaker(
      clock,
      options,
      () => 0,
      (open, dependency) => changes.push(`${open ? 'open' : 'closed'} ${dependency}`),
    )
  })

  it('lets everybody through while closed', async () => {
    enter('a')
    enter('b')
    await settle()
    assert.deepEqual(entered, ['a', 'b'])
    assert.equal(breaker.open, false)
  })

  it('holds attempts back after a failure, then lets one probe through', async () => {
    breaker.failed('store')
    enter('a')
    enter('b')
    await advance(clock, 99)
    assert.deepEqual(entered, [])
    await advance(clock, 1)
    assert.deepEqual(entered, ['a'])
    assert.ok(breaker.open)
    assert.deepEqual(changes, ['open store'])
  })

  it('closes when the probe succeeds', async () => {
    breaker.failed('store')
    enter('a')
    enter('b')
    await advance(clock, 100)
    breaker.succeeded()
    await settle()
    assert.deepEqual(entered, ['a', 'b'])
    assert.equal(breaker.open, false)
    assert.deepEqual(changes, ['open store', 'closed store'])
  })

  it('waits longer after every probe that fails', async () => {
    breaker.failed('store')
    enter('a')
    enter('b')
    await advance(clock, 100)
    breaker.failed('store')
    await advance(clock, 199)
    assert.deepEqual(entered, ['a'])
    await advance(clock, 1)
    assert.deepEqual(entered, ['a', 'b'])
    assert.deepEqual(changes, ['open store'])
  })

  it('closes by itself when nobody waits to be the probe', async () => {
    breaker.failed('store')
    await advance(clock, 100)
    assert.equal(breaker.open, false)
    assert.deepEqual(changes, ['open store', 'closed store'])
    enter('a')
    await settle()
    assert.deepEqual(entered, ['a'])
  })

  it('counts failures of attempts that began before it opened once', async () => {
    breaker.failed('store')
    breaker.failed('store')
    breaker.failed('store')
    enter('a')
    await advance(clock, 100)
    assert.deepEqual(entered, ['a'])
  })

  it('lets the next one probe when the probe learnt nothing, and closes when there is none', async () => {
    breaker.failed('store')
    enter('a')
    enter('b')
    await advance(clock, 100)
    breaker.passOn()
    await settle()
    assert.deepEqual(entered, ['a', 'b'])
    assert.equal(breaker.state, 'half-open')
    breaker.passOn()
    assert.equal(breaker.state, 'closed')
    assert.deepEqual(changes, ['open store', 'closed store'])
  })

  it('waits no less for answers to attempts that began before it opened', async () => {
    breaker.failed('store')
    enter('a')
    await advance(clock, 100)
    breaker.failed('store')
    breaker.succeeded()
    enter('b')
    await advance(clock, 200)
    breaker.failed('store')
    enter('c')
    await advance(clock, 399)
    assert.deepEqual(entered, ['a', 'b'])
    await advance(clock, 1)
    assert.deepEqual(entered, ['a', 'b', 'c'])
  })

  it('lets everybody through when it is disposed of', async () => {
    breaker.failed('store')
    enter('a')
    enter('b')
    breaker.dispose()
    await settle()
    assert.deepEqual(entered, ['a', 'b'])
  })
})
