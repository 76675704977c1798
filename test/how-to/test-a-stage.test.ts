import assert from 'node:assert/strict'
import { aroundStage, createTestDriver, prove, recordOf } from 'archive-streams/testing'
import { deadLetter, drop, forward } from 'archive-streams/topology/model/outcome'
import type { AskingStage } from 'archive-streams/topology/model/stage'
import { it } from 'mocha'

// The stage under test. It may await whatever it likes; order per key is the engine's business.
const subject: AskingStage<string, string> = {
  kind: 'asking',
  name: 'subject',
  version: 1,
  order: 'key',
  doc: 'Takes the subject out of a mail',
  concurrency: 10,
  timeoutMs: 5_000,
  run: async (mail) => {
    if (mail === '') return drop('empty')
    const [, found] = /^Subject: (.*)/.exec(mail) ?? []
    const failure = { disposition: 'POISON', code: 'no-subject', message: 'no subject' } as const
    return found === undefined ? deadLetter(failure) : forward(found)
  },
}

const { topology, input, output } = aroundStage(subject)

it('takes the subject, drops what is empty, and dead-letters the rest', async () => {
  const driver = createTestDriver(topology)
  for (const mail of ['Subject: hello', '', 'hello']) driver.pipe(input, 'thread', mail)
  await driver.run()
  assert.deepEqual(
    driver.read(output).map(({ value }) => value),
    ['hello'],
  )
  assert.deepEqual(
    driver.deadLetters().map(({ code }) => code),
    ['no-subject'],
  )
})

it('loses and doubles nothing, and keeps the order of a thread, whatever happens', async () => {
  const mails = Array.from({ length: 30 }, (_, index) => (index % 9 ? `Subject: ${index}` : ''))
  const inputs = mails.map((mail, index) => recordOf(input, `thread ${index % 4}`, mail))
  await prove(topology, { inputs, seeds: 50 })
})
