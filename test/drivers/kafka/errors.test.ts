import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { runtimeFault, startError } from '../../../drivers/kafka/errors.ts'

const wrapped = (cause: Error): Error => new Error('retries exceeded', { cause })
const ofType = (type: string): Error =>
  Object.assign(new Error('said by the broker: secret'), { type })
const ofCode = (code: string): Error =>
  Object.assign(new Error(`Connection error: ${code}`), { name: 'KafkaJSConnectionError', code })

describe('errors of Kafka', () => {
  it('that pass by themselves are a dependency that is down', () => {
    for (const error of [ofType('NOT_LEADER_FOR_PARTITION'), ofCode('ECONNREFUSED')])
      assert.equal(runtimeFault(wrapped(error), 'here').kind, 'dependency-down')
  })

  it('that do not pass end the process, and say what to do', () => {
    const fault = runtimeFault(wrapped(ofType('GROUP_AUTHORIZATION_FAILED')), 'here, group g')
    assert.equal(fault.kind, 'fatal')
    assert.match(fault.message, /here, group g: GROUP_AUTHORIZATION_FAILED; grant the user READ/)
  })

  it('of a request about several topics are told by the first of them', () => {
    const errors = [ofType('TOPIC_AUTHORIZATION_FAILED'), ofType('UNKNOWN')]
    const gathered = Object.assign(new Error('Topic creation errors'), { errors })
    assert.match(
      startError(wrapped(gathered), 'here').message,
      /here: TOPIC_AUTHORIZATION_FAILED; /,
    )
  })

  it('never repeat what a broker said', () => {
    for (const type of ['UNKNOWN', 'MESSAGE_TOO_LARGE']) {
      assert.doesNotMatch(runtimeFault(wrapped(ofType(type)), 'here').message, /secret/)
      assert.doesNotMatch(startError(wrapped(ofType(type)), 'here').message, /secret/)
    }
  })

  it('of a connection that is broken off ask whether TLS is spoken', () => {
    const error = startError(wrapped(ofCode('ECONNRESET')), 'at b:1')
    assert.match(error.message, /at b:1: it closes the connection; check whether .* TLS or SASL/)
  })

  it('name a certificate that is not accepted', () => {
    const error = startError(wrapped(ofCode('DEPTH_ZERO_SELF_SIGNED_CERT')), 'at b:1')
    assert.match(error.message, /at b:1: its certificate is not accepted \(DEPTH_ZERO/)
  })
})
