import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  downIn,
  progressLine,
  showProgress,
  type ProgressFigures,
} from '../../../cli/job/progress.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'

const figures = (changes: Partial<ProgressFigures> = {}): ProgressFigures => ({
  published: 0,
  finished: 0,
  dead: 0,
  complete: false,
  ...changes,
})

/** What is written while documents finish at a steady rate. */
const written = (isTTY: boolean, perSecond: number, seconds: number): readonly string[] => {
  const clock = new ManualClock()
  const start = clock.now()
  const lines: string[] = []
  const stop = showProgress(clock, { isTTY, write: (text) => lines.push(text) }, () =>
    figures({
      published: 10_000,
      finished: Math.round(((clock.now() - start) * perSecond) / 1_000),
      complete: true,
    }),
  )
  clock.moveTo(start + seconds * 1_000)
  stop()
  return lines
}

describe('showProgress', () => {
  it('tells the rate off a terminal too, from the first line on', () => {
    assert.deepEqual(written(false, 40, 10), [
      '200/10000 documents, 40/s, 5 min left\n',
      '400/10000 documents, 40/s, 4 min left\n',
    ])
  })

  it('rewrites one line on a terminal, and clears it at the end', () => {
    const lines = written(true, 100, 1)
    assert.equal(lines.length, 6)
    assert.equal(lines[0], `\r\u001B[K[${'.'.repeat(24)}] 20/10000 documents, 100/s, 2 min left`)
    assert.equal(lines.at(-1), '\r\u001B[K')
  })

  it('stays on one line of a narrow terminal: with a short bar, without one, cut off', () => {
    const done = figures({ published: 367, finished: 367, complete: true, dead: 2 })
    const text = '367/367 documents, 58/s, all prepared, writing the rest, 2 dead'
    assert.equal(progressLine(done, 58, 120), `[${'#'.repeat(24)}] ${text}`)
    assert.equal(progressLine(done, 58, 80), `[${'#'.repeat(13)}] ${text}`)
    assert.equal(progressLine(done, 58, 70), text)
    assert.equal(progressLine(done, 58, 40), text.slice(0, 39))
  })

  it('speaks of one document as of one', () => {
    assert.match(progressLine(figures({ published: 1 }), 0), /^0\/1 document, /)
  })

  it('names no total and no time left while a container still brings more', () => {
    const now = figures({ published: 2, finished: 700 })
    assert.equal(progressLine(now, 100), '700 documents so far, 100/s')
  })

  it('writes nothing after it was stopped', () => {
    const clock = new ManualClock()
    const lines: string[] = []
    const stop = showProgress(clock, { write: (text) => lines.push(text) }, () => figures())
    stop()
    clock.moveTo(clock.now() + 60_000)
    assert.deepEqual(lines, [])
  })

  it('forgets a rate that was long ago', () => {
    const clock = new ManualClock()
    const start = clock.now()
    const lines: string[] = []
    showProgress(clock, { write: (text) => lines.push(text) }, () =>
      figures({ published: 500, finished: clock.now() > start ? 500 : 0 }),
    )
    clock.moveTo(start + 40_000)
    assert.equal(lines[0], '500/500 documents, 100/s\n')
    assert.equal(lines.at(-1), '500/500 documents, 0/s\n')
  })
})

describe('progressLine', () => {
  it('says no time left while more may be published', () => {
    assert.equal(
      progressLine(figures({ published: 100, finished: 50 }), 10),
      '50/100 documents, 10/s',
    )
  })

  it('tells time left in seconds, then in minutes', () => {
    const now = figures({ published: 1_000, complete: true })
    assert.match(progressLine(now, 100), /, 10 s left$/)
    assert.match(progressLine(now, 1), /, 17 min left$/)
  })

  it('counts dead letters', () => {
    const now = figures({ published: 4, finished: 2, dead: 1 })
    assert.equal(progressLine(now, 0, 80), '[############............] 2/4 documents, 0/s, 1 dead')
  })
})

describe('progressLine beside what is down', () => {
  const done = figures({ published: 100, finished: 100, complete: true })

  it('names what is waited for, and no time left', () => {
    const line = progressLine({ ...done, waitsFor: ['triton'] }, 3)
    assert.equal(line, '100/100 documents, 3/s, waiting for triton')
  })

  it('says that the rest is written when all documents are prepared', () => {
    assert.equal(progressLine(done, 3), '100/100 documents, 3/s, all prepared, writing the rest')
  })
})

describe('what is down', () => {
  it('is named once, by the breakers that are not closed', () => {
    const dependency = 'triton'
    const parts = (['open', 'half-open', 'closed'] as const).map((breaker) => ({
      breaker,
      dependency,
    }))
    assert.deepEqual(downIn(parts), ['triton'])
    assert.deepEqual(downIn([{ breaker: 'closed', dependency }]), [])
  })
})
