import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Ner } from '../../topology/ports/ner.ts'

export interface NerHarness {
  readonly ner: Ner
  readonly destroy: () => Promise<void>
}

/** What every driver must do that finds names. The texts are easy: a person and a place, in English. */
export const describeNer = (name: string, create: () => Promise<NerHarness>): void => {
  describe(`${name} as a finder of names`, () => {
    let harness: NerHarness
    before(async () => {
      harness = await create()
    })
    after(() => harness.destroy())

    const find = async (...texts: readonly string[]) => (await harness.ner.find(texts)).entities

    it('says which model it is, with its version', () => {
      assert.match(harness.ner.model, /^[a-z0-9-]+@\S+$/)
    })

    it('answers each text in its place, and none for none', async () => {
      assert.deepEqual(await find(), [])
      const answers = await find('', 'Ada Lovelace lived in London.', 'Nothing is here.')
      assert.equal(answers.length, 3)
      assert.deepEqual(answers[0], [])
      assert.deepEqual(answers[2], [])
      assert.ok(answers[1]!.length >= 2)
    })

    it('gives offsets in UTF-16 units, types and whole scores', async () => {
      const text = '😀 größer 漢字: Ada Lovelace lived in London.'
      const [found = []] = await find(text)
      const named = found.map(({ start, end, type }) => [text.slice(start, end), type])
      assert.deepEqual(named.toSorted(), [
        ['Ada Lovelace', 'PERSON'],
        ['London', 'LOCATION'],
      ])
      for (const { score } of found)
        assert.ok(Number.isInteger(score) && score >= 0 && score <= 100)
    })

    it('gives the same for a text alone, among others, and far down in a long one', async () => {
      const text = 'Ada Lovelace lived in London.'
      const [alone] = await find(text)
      const [, among] = await find('Nothing is here.', text)
      assert.deepEqual(among, alone)
      const far = 'Nothing is here. '.repeat(2000)
      const [long = []] = await find(far + text)
      const places = long.map(({ start, end }) => [start - far.length, end - far.length])
      assert.deepEqual(places.toSorted(), alone!.map(({ start, end }) => [start, end]).toSorted())
    })

    it('stops when it is told to', async () => {
      await assert.rejects(harness.ner.find(['Ada Lovelace'], AbortSignal.abort()))
    })
  })
}
