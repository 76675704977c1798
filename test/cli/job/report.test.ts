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
    publishedNow: 0,
    takenOver: 0,
    deadLater: { own: 0, earlier: 0 },
    seconds: 2,
    peakRssBytes: 1,
    cpuSeconds: 1,
    unreadable: [],
    skipped: [],
    interrupted: false,
    currency: 'EUR',
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
        const made = report(events, { publishedNow: published })
        assert.equal(isComplete(made), published === forwarded + dropped + dead)
      }),
    )
  })

  it('takes documents that died later from those delivered', () => {
    const events = [finished('prepare', 'forwarded'), finished('prepare', 'forwarded')]
    const { documents } = report(events, {
      publishedNow: 2,
      deadLater: { own: 1, earlier: 0 },
    })
    assert.deepEqual(documents, { published: 2, delivered: 1, dropped: 0, dead: 1 })
  })

  it('leaves documents of an earlier job that died now out of its own', () => {
    const made = report([finished('prepare', 'forwarded')], {
      publishedNow: 1,
      deadLater: { own: 0, earlier: 3 },
    })
    assert.deepEqual(made.documents, { published: 1, delivered: 1, dropped: 0, dead: 0 })
    assert.equal(made.deadOfEarlierJobs, 3)
    assert.ok(isComplete(made))
  })

  it('says what was published now, what was taken over, and what of both was known', () => {
    const replay = finished('prepare', 'dropped', { reason: 'replay' })
    const events = [
      finished('prepare', 'forwarded'),
      replay,
      finished('prepare', 'dropped', { reason: 'stale' }),
    ]
    const made = report(events, { publishedNow: 2, takenOver: 1 })
    assert.deepEqual(made.intake, {
      publishedNow: 2,
      takenOver: 1,
      unchanged: 1,
      unchangedContainers: 0,
    })
    assert.equal(made.documents.published, 3)
    assert.ok(isComplete(made))
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
    const made = report(events, { publishedNow: 2 })
    assert.equal(made.chunks, 6)
    assert.equal(made.embeddings, 6)
    assert.equal(made.summaries, 1)
    assert.deepEqual(made.redacted, { EMAIL_ADDRESS: 2, PERSON: 4 })
    assert.equal(made.documentsPerSecond, 1)
  })

  it('gives no infinite rate for a job that took no time', () => {
    const made = report([finished('prepare', 'forwarded')], { publishedNow: 1, seconds: 0 })
    assert.ok(Number.isFinite(made.documentsPerSecond))
  })

  it('counts containers that were not listed again', () => {
    const events = [finished('expand', 'dropped', { reason: 'replay' })]
    assert.equal(report(events).intake.unchangedContainers, 1)
  })
})
