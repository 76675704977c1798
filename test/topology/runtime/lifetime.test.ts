import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Call, Lifetime } from '../../../topology/runtime/lifetime.ts'

describe('A lifetime', () => {
  it('tells whoever waits for its end, once', () => {
    const lifetime = new Lifetime()
    let told = 0
    lifetime.onEnd(() => told++)
    lifetime.end()
    lifetime.end()
    assert.equal(told, 1)
    assert.ok(lifetime.ended)
  })

  it('does not tell who no longer wants to know', () => {
    const lifetime = new Lifetime()
    let told = 0
    lifetime.onEnd(() => told++)()
    lifetime.end()
    assert.equal(told, 0)
  })

  it('tells all that are left, whoever took back before and however often', () => {
    const lifetime = new Lifetime()
    const told: number[] = []
    const forget = [0, 1, 2, 3, 4].map((who) => lifetime.onEnd(() => told.push(who)))
    for (const who of [1, 4, 1, 0]) forget[who]?.()
    lifetime.onEnd(() => told.push(5))
    lifetime.end()
    forget[2]?.()
    assert.deepEqual(told.toSorted(), [2, 3, 5])
  })

  it('tells nobody who comes after the end', () => {
    const lifetime = new Lifetime()
    lifetime.end()
    let told = 0
    lifetime.onEnd(() => told++)()
    lifetime.end()
    assert.equal(told, 0)
  })
})

describe('A call', () => {
  it('aborts its signal, whether somebody looked at it before or looks later', () => {
    const early = new Call(1)
    const { signal } = early
    assert.equal(signal.aborted, false)
    early.abort()
    assert.ok(signal.aborted)
    const late = new Call(1)
    late.abort()
    assert.ok(late.signal.aborted)
  })
})
