import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { holdSignals, onInterrupt } from '../../../cli/job/signals.ts'

const asking = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

describe('signals that ask a process to leave', () => {
  const others = new Map<string, readonly NodeJS.SignalsListener[]>()

  beforeEach(() => {
    for (const signal of asking) {
      others.set(signal, process.listeners(signal))
      process.removeAllListeners(signal)
    }
  })

  afterEach(() => {
    for (const signal of asking) {
      process.removeAllListeners(signal)
      for (const listener of others.get(signal) ?? []) process.on(signal, listener)
    }
  })

  const calls = () => {
    let count = 0
    return { ask: () => void count++, count: () => count }
  }

  it('are heard once, whichever comes', () => {
    const { ask, count } = calls()
    const asked = onInterrupt(ask)
    assert.equal(asked(), false)
    process.emit('SIGTERM', 'SIGTERM')
    process.emit('SIGHUP', 'SIGHUP')
    assert.deepEqual([asked(), count()], [true, 1])
  })

  it('are heard by who comes to listen when they were held', () => {
    holdSignals()
    process.emit('SIGTERM', 'SIGTERM')
    process.emit('SIGHUP', 'SIGHUP')
    const { ask, count } = calls()
    const asked = onInterrupt(ask)
    assert.deepEqual([asked(), count()], [true, 1])
  })

  it('are held for one, and heard by nobody else', () => {
    holdSignals()
    process.emit('SIGINT', 'SIGINT')
    onInterrupt(() => undefined)
    assert.equal(onInterrupt(() => assert.fail('heard again'))(), false)
  })
})
