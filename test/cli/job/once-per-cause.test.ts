import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { oncePerCause } from '../../../cli/job/once-per-cause.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'

const deadLetter = (stage: string, code: string): TelemetryEvent => ({
  kind: 'dead-letter',
  subTopology: 'prepare',
  stage,
  disposition: 'UNREADABLE',
  code,
})

describe('oncePerCause', () => {
  it('passes on one dead letter per stage and code, and every other event', () => {
    const told: TelemetryEvent[] = []
    const telemetry = oncePerCause({ emit: (event) => told.push(event) })
    const fatal = { kind: 'fatal', subTopology: 'prepare', message: 'disk full' } as const
    const events = [
      deadLetter('parse', 'broken'),
      deadLetter('parse', 'broken'),
      fatal,
      deadLetter('parse', 'empty'),
      deadLetter('fetch', 'broken'),
      fatal,
      deadLetter('parse', 'broken'),
    ]
    for (const event of events) telemetry.emit(event)
    assert.deepEqual(
      told,
      [0, 2, 3, 4, 5].map((at) => events[at]),
    )
  })
})
