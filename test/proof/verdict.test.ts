import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { digestOf, expectedBefore, isPoison, type Item, type Result } from './kafka/item.ts'
import { judge, type Broken, type Delivery, type History } from './kafka/verdict.ts'

const count = 20

const resultOf = (item: Item): Result => ({
  ...item,
  digest: digestOf(item),
  before: expectedBefore(item),
})

/** Two keys, everything right. */
const right = (delivery: Delivery): History => {
  const inputs = Array.from({ length: 2 * count }, (_, number) => ({
    key: number % 2 === 0 ? 'k0' : 'k1',
    seq: Math.floor(number / 2),
  }))
  const results = inputs.filter((item) => !isPoison(item)).map(resultOf)
  const deadLetters = inputs.filter(isPoison)
  return { delivery, inputs, results, deadLetters, effects: results }
}

const broken = (changes: Partial<History>, delivery: Delivery = 'at-least-once'): Broken =>
  judge({ ...right(delivery), ...changes }).broken

const nothing: Broken = { lost: 0, doubled: 0, outOfOrder: 0, wrongState: 0 }
const { results, effects, deadLetters } = right('at-least-once')
const [first, second, third, fourth, ...rest] = results as [Result, Result, Result, Result]

describe('the verdict of the proof on Kafka', () => {
  it('accepts what is right, in both modes', () => {
    assert.deepEqual(broken({}), nothing)
    assert.deepEqual(broken({}, 'exactly-once'), nothing)
  })

  for (const list of ['results', 'effects'] as const) {
    it(`rejects ${list} of which one is lost`, () => {
      const lacking = right('at-least-once')[list].toSpliced(5, 1)
      assert.deepEqual(broken({ [list]: lacking }), { ...nothing, lost: 1 })
    })

    it(`rejects ${list} of which the last is missing`, () => {
      const cut = right('at-least-once')[list].slice(0, -1)
      assert.deepEqual(broken({ [list]: cut }), { ...nothing, lost: 1 })
    })

    it(`rejects ${list} of which two of a key changed places`, () => {
      const swapped = [third, second, first, fourth, ...rest]
      assert.deepEqual(broken({ [list]: swapped }), { ...nothing, outOfOrder: 1 })
    })

    it(`rejects ${list} with two contents under one id`, () => {
      const other = [...right('at-least-once')[list], { ...first, digest: 'other' }]
      assert.deepEqual(broken({ [list]: other }), { ...nothing, doubled: 1 })
    })

    it(`rejects ${list} that nobody asked for`, () => {
      const stray = [...right('at-least-once')[list], resultOf({ key: 'k2', seq: 0 })]
      assert.deepEqual(broken({ [list]: stray }), { ...nothing, doubled: 1 })
    })
  }

  it('rejects a result that is there twice with exactly-once, and counts it otherwise', () => {
    const twice = [...results, first]
    assert.deepEqual(broken({ results: twice }, 'exactly-once'), { ...nothing, doubled: 1 })
    assert.deepEqual(broken({ results: twice }), nothing)
    const { repeated } = judge({ ...right('at-least-once'), results: twice })
    assert.deepEqual(repeated, { inputs: 0, results: 1, deadLetters: 0, effects: 0 })
  })

  it('takes an input that stands twice in its topic for two, which ask for two results', () => {
    const { inputs } = right('exactly-once')
    const again: Result = { ...first, before: first.seq }
    const asked = { inputs: [...inputs, first], results: [...results, again] }
    assert.deepEqual(broken(asked, 'exactly-once'), nothing)
    assert.equal(judge({ ...right('exactly-once'), ...asked }).repeated.inputs, 1)
    const thrice = { ...asked, results: [...asked.results, again] }
    assert.deepEqual(broken(thrice, 'exactly-once'), { ...nothing, doubled: 1 })
  })

  it('rejects lost, doubled and strange dead letters', () => {
    assert.deepEqual(broken({ deadLetters: deadLetters.slice(1) }), { ...nothing, lost: 1 })
    const twice = [...deadLetters, deadLetters[0]!]
    assert.deepEqual(broken({ deadLetters: twice }, 'exactly-once'), { ...nothing, doubled: 1 })
    const stray = [...deadLetters, results.at(-1)!]
    assert.deepEqual(broken({ deadLetters: stray }), { ...nothing, doubled: 1 })
  })

  it('rejects a result made with an older state, and, with exactly-once, with a newer one', () => {
    const older = results.map((each) => (each === fourth ? { ...each, before: -1 } : each))
    const newer = results.map((each) => (each === fourth ? { ...each, before: each.seq } : each))
    assert.deepEqual(broken({ results: older }), { ...nothing, wrongState: 1 })
    assert.deepEqual(broken({ results: newer }), nothing)
    assert.deepEqual(broken({ results: newer }, 'exactly-once'), { ...nothing, wrongState: 1 })
  })

  it('counts what reached the sink again', () => {
    const { repeated } = judge({ ...right('exactly-once'), effects: [...effects, first, second] })
    assert.deepEqual(repeated, { inputs: 0, results: 0, deadLetters: 0, effects: 2 })
  })
})
