import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { inOrder } from '../../../cli/try/in-order.ts'
import { settle } from '../../../topology/testing/settle.ts'

async function* numbers(count: number, taken: number[] = []): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) {
    taken.push(number)
    yield number
  }
}

describe('inOrder', () => {
  it('gives results in the order of the items although later ones are ready before', async () => {
    const turns = async (count: number): Promise<void> => {
      for (let turn = 0; turn < count; turn++) await settle()
    }
    const results: number[] = []
    const work = async (item: number): Promise<number> => {
      await turns(5 - item)
      return item
    }
    for await (const result of inOrder(numbers(5), 3, work)) results.push(result)
    assert.deepEqual(results, [0, 1, 2, 3, 4])
  })

  it('has no more than the width at work, and reads one item ahead', async () => {
    const taken: number[] = []
    const begun: number[] = []
    const results = inOrder(numbers(100, taken), 4, (item) => {
      begun.push(item)
      return new Promise<number>(() => {})
    })
    void results.next()
    await settle()
    await settle()
    assert.equal(begun.length, 4)
    assert.equal(taken.length, 5)
  })

  it('gives a result as soon as it is there, although no further item comes', async () => {
    async function* oneThenSilence(): AsyncGenerator<string> {
      yield 'first'
      await new Promise(() => {})
    }
    const results = inOrder(oneThenSilence(), 64, (item) => Promise.resolve(item))
    assert.deepEqual(await results.next(), { done: false, value: 'first' })
  })
})
