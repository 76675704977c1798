import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it } from 'mocha'
// Whoever comes first decides what is replaced.
import '../../../../drivers/kafka/kafkajs.ts'
import { loadKafkajs, standIn } from '../../../../drivers/kafka/wire/load-kafkajs.ts'

const require = createRequire(import.meta.url)

describe('modules of kafkajs', () => {
  for (const path of [
    'errors',
    'protocol/error',
    'retry',
    'protocol/message',
    'consumer/assigners',
  ])
    it(`are the same as those that Node loads: ${path}`, () => {
      const byNode = require(`kafkajs/src/${path}`) as object
      assert.deepEqual(Object.keys(loadKafkajs<object>(path)), Object.keys(byNode))
    })

  it('are loaded once, by whatever path', () => {
    assert.equal(loadKafkajs('producer'), loadKafkajs('producer/index'))
    const { KafkaJSError } = loadKafkajs<{ readonly KafkaJSError: unknown }>('errors')
    assert.equal(typeof KafkaJSError, 'function')
    assert.equal(
      loadKafkajs<{ readonly KafkaJSError: unknown }>('../src/errors').KafkaJSError,
      KafkaJSError,
    )
  })

  it('are replaced by what stands in for them, and loaded when that asks for them', () => {
    let load: () => unknown = () => undefined
    const stand = {}
    standIn('consumer/seekOffsets', (original) => {
      load = original
      return stand
    })
    assert.equal(loadKafkajs('consumer/seekOffsets'), stand)
    assert.equal(typeof load(), 'function')
    assert.equal(loadKafkajs('consumer/seekOffsets'), stand)
  })

  it('cannot be replaced once somebody has them', () => {
    loadKafkajs('errors')
    assert.throws(() => standIn('errors', () => ({})), /loaded before/)
  })
})
