import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  createConsoleTelemetry,
  type ConsoleTelemetryOptions,
} from '../../../drivers/telemetry/console-telemetry.ts'
import { createCountingTelemetry } from '../../../drivers/telemetry/counting-telemetry.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'

const deadLetter: TelemetryEvent = {
  kind: 'dead-letter',
  subTopology: 'prepare',
  stage: 'parse',
  disposition: 'POISON',
  code: 'too-deep',
}
const finished: TelemetryEvent = {
  kind: 'finished',
  subTopology: 'prepare',
  outcome: 'forwarded',
}

const linesOf = (options: Pick<ConsoleTelemetryOptions, 'format' | 'level'>): string => {
  let written = ''
  const destination = { write: (line: string) => void (written += line) }
  const telemetry = createConsoleTelemetry({ ...options, destination })
  telemetry.emit(finished)
  telemetry.emit(deadLetter)
  return written
}

describe('the console telemetry', () => {
  it('writes one JSON object per line', () => {
    const line = JSON.parse(linesOf({ format: 'json' })) as Record<string, unknown>
    const { time, ...rest } = line
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/)
    assert.deepEqual(rest, {
      level: 'warn',
      ...deadLetter,
      msg: 'prepare: dead letter at parse: POISON, too-deep',
    })
  })

  it('writes one sentence per line for people', () => {
    assert.equal(
      linesOf({ format: 'human', level: 'debug' }),
      'debug prepare: a record is forwarded\n' +
        'warn  prepare: dead letter at parse: POISON, too-deep\n',
    )
  })

  it('names no stage for a record that came to none', () => {
    let written = ''
    const destination = { write: (line: string) => void (written += line) }
    const telemetry = createConsoleTelemetry({ format: 'human', level: 'warn', destination })
    telemetry.emit({ ...deadLetter, stage: '', disposition: 'UNDECODABLE', code: 'undecodable' })
    assert.equal(written, 'warn  prepare: dead letter: UNDECODABLE, undecodable\n')
  })

  it('says why something is tried again', () => {
    let written = ''
    const destination = { write: (line: string) => void (written += line) }
    const telemetry = createConsoleTelemetry({ format: 'human', level: 'warn', destination })
    const retry = { kind: 'retry', subTopology: 'embed', stage: 'embed', attempt: 2 } as const
    telemetry.emit({ ...retry, dependency: 'model-server', reason: 'the answer is no JSON' })
    telemetry.emit({ ...retry, dependency: 'stage' })
    assert.equal(
      written,
      'warn  embed: embed tries again (attempt 2 failed by model-server: the answer is no JSON)\n' +
        'warn  embed: embed tries again (attempt 2 failed by stage)\n',
    )
  })

  it('leaves out what is below its level', () => {
    assert.equal(linesOf({ format: 'human', level: 'error' }), '')
  })
})

describe('the counting telemetry', () => {
  it('counts by kind and sub-topology, and keeps the latest', () => {
    const telemetry = createCountingTelemetry(2)
    for (const subTopology of ['a', 'b', 'a']) telemetry.emit({ ...finished, subTopology })
    assert.equal(telemetry.count('finished'), 3)
    assert.equal(telemetry.count('finished', 'a'), 2)
    assert.equal(telemetry.count('fatal'), 0)
    assert.deepEqual(
      telemetry.latest().map((event) => event.subTopology),
      ['b', 'a'],
    )
  })
})
