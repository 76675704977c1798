import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { LEXICON_MODEL, lexiconCard, scriptedLexicon } from '../drivers/triton/scripted-names.ts'
import { startScriptedTriton } from '../drivers/triton/scripted-triton.ts'
import type { ScriptedTriton } from '../drivers/triton/scripted-triton.ts'
import { linesOf, runProgram, type Said } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

const NOTE = 'Ask Zebulon Fitzquarrel of Nordwind GmbH, or write to ann@example.org.'

describe('with a model for names', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  let scripted: ScriptedTriton
  beforeEach(async () => {
    scripted = await startScriptedTriton()
    scripted.models.set(LEXICON_MODEL, scriptedLexicon())
  })
  afterEach(() => scripted.close())

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder(), name), text)
    return join(folder(), name)
  }
  const withModel = () => [
    '--set',
    `models.recognise=${lexiconCard}`,
    '--set',
    `triton.endpoints=["${scripted.url}"]`,
  ]
  const asking = (args: readonly string[], input?: string): Promise<Said> =>
    runProgram([...args, ...withModel()], input)

  it('try recognise gives the names, by whom they were found, and needs a model', async () => {
    const said = await asking(['try', 'recognise', file('note.txt', NOTE)])
    assert.equal(said.code, 0, said.err)
    const [line] = linesOf(said)
    assert.deepEqual(line?.['names'], [
      { start: 4, end: 23, type: 'PERSON', score: 94 },
      { start: 27, end: 40, type: 'ORGANIZATION', score: 94 },
    ])
    assert.equal(line?.['model'], 'recognise-lexicon@1')
    const none = await runProgram(['try', 'recognise'], `${JSON.stringify({ text: NOTE })}\n`)
    assert.equal(none.code, 78)
    assert.match(none.err, /models\.recognise is not set/)
  })

  it('try redact and redact hide what it finds, and say why', async () => {
    const [line] = linesOf(await asking(['try', 'redact'], `${JSON.stringify({ text: NOTE })}\n`))
    assert.equal(line?.['text'], 'Ask [PERSON_1] of [ORGANIZATION], or write to [EMAIL_ADDRESS].')
    const said = await asking(['redact', file('note.txt', NOTE), '--explain'])
    assert.equal(said.code, 0, said.err)
    assert.match(
      said.out,
      /PERSON 94 replace: a model takes it for a name \(ner\/recognise-lexicon@1\)/,
    )
    assert.match(
      (await runProgram(['redact', '-'], NOTE)).out,
      /Ask Zebulon Fitzquarrel of Nordwind/,
    )
  })

  it('policy test asks it', async () => {
    const test = `tests:\n  - text: '${NOTE}'\n    hides: [Zebulon Fitzquarrel]\n    finds: [PERSON]\n`
    const policy = file('p.yaml', `version: 1\nname: names\nrequireNer: true\n${test}`)
    const said = await asking(['policy', 'test', policy])
    assert.equal(said.code, 0, said.out)
    assert.equal((await runProgram(['policy', 'test', policy])).code, 1)
  })

  it('a server that is away ends a command, and is said to be', async () => {
    await scripted.close()
    const said = await asking(['redact', '-'], NOTE)
    assert.equal(said.code, 69)
    assert.match(said.err, /cannot be reached/)
    assert.equal(said.out, '')
  })

  it('describe has the stage, with what decides which names are found', async () => {
    const { out } = await asking(['describe', '--format', 'json'])
    const text = JSON.stringify(JSON.parse(out))
    assert.match(text, /"name":"recognise"/)
    assert.match(text, /"types":"PER:PERSON LOC:LOCATION ORG:ORGANIZATION"/)
    assert.match(text, /"threshold":0\.5/)
  })

  it('models check and doctor look at it', async () => {
    const check = await asking(['models', 'check'])
    assert.equal(check.code, 0, check.err)
    assert.match(check.out, /recognise-lexicon@1/)
    const ls = await asking(['models', 'ls'])
    assert.match(ls.out, /recognise-lexicon@1 {2}recognise, reads ids, labels O, .*as on its card/)
    const data = ['--data-dir', join(folder(), 'data')]
    const doctor = await asking(['doctor', ...data])
    assert.equal(doctor.code, 0, doctor.out)
    assert.match(doctor.out, /names: recognise-lexicon@1: 7 labels, windows of 128 tokens/)
    const policy = file('p.yaml', 'version: 1\nname: strict\nrequireNer: true\n')
    const strict = await asking(['doctor', ...data, '--set', `redact.policy=${policy}`])
    assert.equal(strict.code, 0, strict.out)
    scripted.models.set(LEXICON_MODEL, scriptedLexicon(['O', 'B-PER']))
    const wrong = await asking(['doctor', ...data])
    assert.equal(wrong.code, 1)
    assert.match(wrong.out, /WRONG {2}models: recognise-lexicon@1: labels is O B-PER I-PER/)
  })

  describe('the letters of a policy that requires it', () => {
    const source = (): string => join(folder(), 'source')
    const data = () => ['--data-dir', join(folder(), 'data')]
    const start = async (...more: readonly string[]): Promise<void> => {
      const policy = file('p.yaml', 'version: 1\nname: strict\nrequireNer: true\n')
      const args = ['--source', source(), ...data(), '--set', `redact.policy=${policy}`, ...more]
      const said = await runProgram(['start', '--json', '--log', 'error', ...args])
      assert.equal(said.code, 0, said.err)
    }
    const letters = async (...more: readonly string[]) => {
      const [said] = linesOf(await runProgram(['dlq', 'ls', '--json', ...data(), ...more]))
      const groups = said?.['deadLetters'] as readonly { count: number; code: string }[]
      return groups.map(({ count, code }) => [count, code])
    }
    beforeEach(async () => {
      mkdirSync(source())
      writeFileSync(join(source(), 'note.txt'), NOTE)
      await start()
      assert.deepEqual(await letters(), [[1, 'ner-missing']])
    })

    it('are done with once they are sent again and the model is asked', async () => {
      const replay = await runProgram(['dlq', 'replay', '--json', ...data()])
      assert.equal(linesOf(replay)[0]?.['replayed'], 1)
      await start(...withModel())
      assert.deepEqual(await letters(), [])
      assert.deepEqual(await letters('--state', 'replayed'), [[1, 'ner-missing']])
      const search = await runProgram(['search', 'write', ...data()])
      assert.match(search.out, /Ask \[PERSON_1\] of \[ORGANIZATION\]/)
    })

    it('are superseded once the folder is published again and the model is asked', async () => {
      await start(...withModel())
      assert.deepEqual(await letters(), [])
      assert.deepEqual(await letters('--state', 'superseded'), [[1, 'ner-missing']])
    })
  })

  it('a start is refused while the server is away, and nothing becomes a dead letter', async () => {
    mkdirSync(join(folder(), 'source'))
    writeFileSync(join(folder(), 'source', 'note.txt'), NOTE)
    await scripted.close()
    const data = ['--data-dir', join(folder(), 'data')]
    const said = await asking(['start', '--source', join(folder(), 'source'), ...data])
    assert.equal(said.code, 69)
    assert.match(said.err, /models: .*cannot be reached/)
  })
})
