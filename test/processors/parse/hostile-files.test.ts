import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { createHostileTrial, hostileFiles } from './hostile/try-hostile.ts'

/** CPU of one file on a busy machine. `npm run hostile` holds each to a second, and to its memory, in a process of its own. */
const MOST_MILLISECONDS = 8000

/** Took over a second once. */
const ONCE_SLOW: ReadonlySet<string> = new Set([
  'chat: 200,000 lines of IRC',
  'mail: a line of 30 MB',
  'mail: words of 2 MB',
])

/** Every third file, and those that were slow; all of them, and the large ones, by `npm run hostile`. */
const selection = hostileFiles
  .filter(({ large }) => large !== true)
  .filter(({ name }, at) => at % 3 === 0 || ONCE_SLOW.has(name))

describe('prepare: files made to hurt', () => {
  let trial: Awaited<ReturnType<typeof createHostileTrial>>
  before(async function () {
    this.timeout(60_000)
    trial = await createHostileTrial()
  })

  it('are more than 150, each with a name of its own', () => {
    assert.ok(hostileFiles.length >= 150)
    assert.equal(new Set(hostileFiles.map(({ name }) => name)).size, hostileFiles.length)
  })

  for (const file of selection) {
    it(`end with an answer, and the next file is read as ever: ${file.name}`, async function () {
      this.timeout(60_000)
      const undisturbed = await trial.neighbour()
      const { outcome, parse, redact, chunk } = await trial.run(Buffer.from(file.make()))
      assert.match(outcome, /^(?:dead letter [a-z-]+|partial .+|read)$/)
      assert.ok(parse + redact + chunk < MOST_MILLISECONDS, `${parse} ${redact} ${chunk} ms`)
      assert.equal(await trial.neighbour(), undisturbed)
    })
  }

  it('are told to be read in part where a line of 30 MB was cut', async () => {
    const file = hostileFiles.find(({ name }) => name === 'mail: a line of 30 MB')!
    const { outcome } = await trial.run(Buffer.from(file.make()))
    assert.equal(outcome, 'partial word-capped')
  })
})
