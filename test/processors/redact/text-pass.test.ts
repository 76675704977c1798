import assert from 'node:assert/strict'
import { SPECIAL } from '../../../processors/redact/char-classes.ts'
import { planOf } from '../../../processors/redact/events.ts'
import { KINDS, eventIndex } from '../../../processors/redact/kinds.ts'
import { EVENT_SHIFT, type TextPass, textPass } from '../../../processors/redact/text-pass.ts'
import { unitsOf } from '../../../processors/redact/units.ts'
import { ATTACKS, repeated } from './attacks.ts'
import { CASES } from './cases.ts'
import { somePolicy } from './some-policy.ts'

const { events } = planOf(somePolicy({ entities: { URL: {}, DATE_TIME: {} } }))
/** Every case, at every place within sixteen characters, and what attacks are made of. */
const TEXTS = [
  ...CASES.flatMap(({ text }) => [0, 5, 11].map((by) => 'x'.repeat(by) + text)),
  ...ATTACKS.map((piece) => repeated(piece, 100)),
  Array.from({ length: 0x10000 / 97 }, (_, k) => String.fromCharCode(k * 97)).join('a'),
  Array.from({ length: 256 }, (_, k) => String.fromCharCode(k)).join(''),
]

const present = (): TextPass => {
  assert.ok(textPass, 'this machine has no vector instructions')
  return textPass
}

/** Behind the first three places, which look at what stands before the text. */
const FIRST = 3

describe('the pass over a text by vector instructions', () => {
  it('finds the places that the event table tells, and their events', () => {
    const pass = present()
    for (const text of TEXTS) {
      const units = unitsOf(text)
      const wanted: (readonly [number, number])[] = []
      let kinds = 0
      for (let at = 0; at < text.length; at++) {
        kinds = (kinds << 5) | KINDS[units[at]!]!
        const event = events[eventIndex(kinds)]!
        if (event !== 0 && at >= FIRST) wanted.push([at, event])
      }
      const count = pass.find(events, 0, text.length - 1)
      const found = Array.from(pass.places.subarray(0, count), (place) => [
        place & ((1 << EVENT_SHIFT) - 1),
        place >>> EVENT_SHIFT,
      ]).filter(([at = 0]) => at >= FIRST && at < text.length)
      assert.deepEqual(found, wanted, text)
    }
  })

  it('finds every unit that the view may write differently, but not marks before a blank', () => {
    const pass = present()
    for (const text of TEXTS) {
      const units = unitsOf(text)
      const wanted = Array.from(text.split(''), (_, at) => at).filter(
        (at) => SPECIAL[units[at]!] === 1 && (units[at]! > 127 || units[at + 1] !== 32),
      )
      const found: number[] = []
      for (let at = pass.special(0, text.length); at >= 0; at = pass.special(at + 1, text.length))
        found.push(at)
      assert.deepEqual(found, wanted, text)
    }
  })

  it('finds every place that begins as one of the values does', () => {
    const pass = present()
    for (const text of TEXTS) {
      unitsOf(text)
      const starts = [0, 7, 19, 40, 41, 64, 90, 91, 92, 93].filter((at) => at + 3 <= text.length)
      const begins = new Set(starts.map((at) => text.slice(at, at + 3)))
      const end = text.length - 2
      const count = pass.findBeginnings(starts, end)
      const found = new Set(pass.places.subarray(0, count))
      for (let at = 0; at < end; at++)
        assert.ok(found.has(at) || !begins.has(text.slice(at, at + 3)), `${at} of ${text}`)
    }
  })

  it('takes few places for the beginning of a value that are none', () => {
    const pass = present()
    const text = `555-0123 ${'The quick brown fox jumps over the lazy dog. '.repeat(20)}`
    unitsOf(text)
    assert.equal(pass.findBeginnings([0], text.length), 1)
  })
})
