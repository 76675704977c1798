import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isComplete, reportOf, type ReportInput } from '../../../cli/job/report.ts'
import { RunCounter } from '../../../cli/job/run-counter.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'

type Finished = Extract<TelemetryEvent, { kind: 'finished' }>

const counterOf = (events: readonly TelemetryEvent[]): RunCounter => {
  const counter = new RunCounter({ emit: () => {} })
  for (const event of events) counter.emit(event)
  return counter
}

const finished = (
  subTopology: string,
  outcome: Finished['outcome'],
  rest: Partial<Finished> = {},
): Finished => ({ kind: 'finished', subTopology, outcome, ...rest })

const report = (events: readonly TelemetryEvent[], input: Partial<ReportInput> = {}) =>
  reportOf({
    counter: counterOf(events),
    published: 0,
    deadLater: 0,
    seconds: 2,
    peakRssBytes: 1,
    cpuSeconds: 1,
    unreadable: [],
    skipped: [],
    interrupted: false,
    publishedBytes: 1,
    outputs: { parquet: 'p', vectors: 'v', summaries: 's' },
    ...input,
  })

describe('reportOf', () => {
  it('is complete exactly when every published document ended in one way', () => {
    const count = fc.nat(20)
    fc.assert(
      fc.property(count, count, count, fc.nat(60), (forwarded, dropped, dead, published) => {
        const events = [
          ...Array.from({ length: forwarded }, () => finished('prepare', 'forwarded')),
          ...Array.from({ length: dropped }, () => finished('prepare', 'dropped')),
          ...Array.from({ length: dead }, () => finished('prepare', 'dead')),
        ]
        const made = report(events, { published })
        assert.equal(isComplete(made), published === forwarded + dropped + dead)
      }),
    )
  })

  it('takes documents that died later from those delivered', () => {
    const events = [finished('prepare', 'forwarded'), finished('prepare', 'forwarded')]
    const { documents } = report(events, { published: 2, deadLater: 1 })
    assert.deepEqual(documents, { published: 2, delivered: 1, dropped: 0, dead: 1 })
  })

  it('gives reasons for dropped documents only', () => {
    const events = [
      finished('prepare', 'dropped', { reason: 'replay' }),
      finished('prepare', 'dropped', { reason: 'replay' }),
      finished('prepare', 'dead', { reason: 'encrypted' }),
    ]
    assert.deepEqual(report(events).droppedReasons, { replay: 2 })
  })

  it('adds up what stages counted, redactions by type', () => {
    const counts = Object.entries({ chunks: 3, 'redacted.PERSON': 2, 'redacted.EMAIL_ADDRESS': 1 })
    const events = [
      finished('prepare', 'forwarded', { counts: new Map(counts) }),
      finished('prepare', 'forwarded', { counts: new Map(counts) }),
      finished('embed', 'forwarded', { counts: new Map([['vectors', 6]]) }),
      finished('summarise', 'forwarded'),
    ]
    const made = report(events, { published: 2 })
    assert.equal(made.chunks, 6)
    assert.equal(made.embeddings, 6)
    assert.equal(made.summaries, 1)
    assert.deepEqual(made.redacted, { EMAIL_ADDRESS: 2, PERSON: 4 })
    assert.equal(made.documentsPerSecond, 1)
  })

  it('gives no infinite rate for a job that took no time', () => {
    const made = report([finished('prepare', 'forwarded')], { published: 1, seconds: 0 })
    assert.ok(Number.isFinite(made.documentsPerSecond))
  })
})
