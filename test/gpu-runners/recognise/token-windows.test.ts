import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { tokenWindows } from '../../../gpu-runners/recognise/token-windows.ts'

const windowsOf = (starts: readonly number[], room: number, overlap: number) =>
  [...tokenWindows(Uint8Array.from(starts), { room, overlap })].map(({ first, end }) => [
    first,
    end,
  ])

describe('windows over tokens', () => {
  it('are one where all fits, and none over nothing', () => {
    assert.deepEqual(windowsOf([1, 0, 1], 3, 1), [[0, 3]])
    assert.deepEqual(windowsOf([], 3, 1), [])
  })

  it('begin and end at words', () => {
    const starts = [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0]
    assert.deepEqual(windowsOf(starts, 8, 4), [
      [0, 7],
      [3, 10],
      [7, 13],
    ])
    assert.deepEqual(windowsOf(starts, 8, 1), [
      [0, 7],
      [7, 13],
    ])
  })

  it('cut a word that is longer than a window', () => {
    assert.deepEqual(windowsOf([1, 0, 0, 0, 0, 0], 4, 1), [
      [0, 4],
      [3, 6],
    ])
  })

  it('cover everything in order, are never too long, and go on by a quarter at least', () => {
    const starts = fc.array(fc.constantFrom(0, 1), { maxLength: 200 })
    const sizes = fc.tuple(fc.integer({ min: 2, max: 40 }), fc.nat(100))
    fc.assert(
      fc.property(starts, sizes, (marks, [room, share]) => {
        const overlap = Math.floor(((room - 1) / 2) * (share / 100))
        const windows = windowsOf(marks, room, overlap)
        let reached = 0
        for (const [at, [first = 0, end = 0]] of windows.entries()) {
          assert.ok(first <= reached && end > reached && end - first <= room)
          const [before = -Infinity] = windows[at - 1] ?? []
          assert.ok(first - before >= Math.max(1, room / 4 - 1))
          reached = end
        }
        assert.equal(reached, marks.length)
      }),
    )
  })
})
