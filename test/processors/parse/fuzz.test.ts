import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { Parse } from '../../../processors/parse/parse.ts'
import type { CanonicalDocument } from '../../../topology/model/document.ts'
import { aParser } from './a-mail.ts'
import { createFuzzer, mutantOf } from './fuzz/try-mutant.ts'
import { validFiles } from './fuzz/valid-files.ts'

/** Runs for each file. More by `npm run fuzz:parse -- --runs N`. */
const RUNS = 50
/** For one mutant on a busy machine; it needs a few milliseconds. */
const BUDGET_MS = 5000

describe('parse: mutants of small valid files', () => {
  let fuzz: Awaited<ReturnType<typeof createFuzzer>>
  before(async function () {
    this.timeout(60_000)
    fuzz = await createFuzzer(BUDGET_MS)
  })

  for (const [at, file] of validFiles.entries()) {
    it(`are read or refused with a code, within the budget: ${file.name}`, async function () {
      this.timeout(60_000)
      for (let run = at; run < RUNS * validFiles.length; run += validFiles.length) {
        const finding = await fuzz(run)
        assert.equal(finding && `run ${run}: ${finding.problem}`, undefined)
      }
    })
  }

  it('show a reader that throws, that is slow, and that gives what later stages could not take', async () => {
    const document = { text: 'ab', type: 'text/plain', spans: [], participants: [], dates: {} }
    const answer = (changes: object): Parse => {
      const made = { ...document, attachments: [], warnings: [], ...changes }
      return () => ({ kind: 'parsed', document: made as CanonicalDocument })
    }
    const problem = async (reader: Parse, budget = BUDGET_MS): Promise<string | undefined> =>
      (await (await createFuzzer(budget, reader))(1))?.problem
    assert.equal(await problem(answer({})), undefined)
    const thrown = await problem(() => {
      throw new TypeError('no such thing')
    })
    assert.match(thrown!, /no such thing/)
    assert.match((await problem(() => Promise.reject(new Error('later'))))!, /later/)
    assert.match((await problem(answer({}), -1))!, /^took/)
    const span = { kind: 'body', start: 1, end: 3, depth: 0 }
    assert.match((await problem(answer({ spans: [span] })))!, /^span body 1-3/)
    assert.equal(await problem(answer({ text: 'a\ud83d' })), 'half a character')
    const attachment = { path: '0.1', type: 'a/b', bytes: Number.NaN, status: 'read' }
    assert.notEqual(await problem(answer({ attachments: [attachment] })), undefined)
  })

  it('begin at files that are read as what they are', async () => {
    const parse = await aParser()
    for (const { name, type, declaredType, parts, build } of validFiles) {
      const content = build(parts)
      const outcome = await parse({ content, ...(declaredType !== undefined && { declaredType }) })
      assert.equal(outcome.kind === 'parsed' && outcome.document.type, type, name)
    }
  })

  it('are the same for the same run, and hardly ever the valid file itself', () => {
    let changed = 0
    for (let run = 0; run < 400; run++) {
      const { file, content } = mutantOf(run)
      assert.deepEqual(mutantOf(run).content, content)
      if (!Buffer.from(content).equals(file.build(file.parts))) changed++
    }
    assert.ok(changed > 360, `${changed} of 400`)
  })

  it('leave most files readable, so that readers are gone through and not only turned away', async () => {
    const parse = await aParser()
    let read = 0
    for (let run = 0; run < 400; run++) {
      const { file, ...input } = mutantOf(run)
      const outcome = await parse(input)
      if (outcome.kind === 'parsed' && outcome.document.type === file.type) read++
    }
    assert.ok(read > 200 && read < 400, `${read} of 400`)
  })
})
