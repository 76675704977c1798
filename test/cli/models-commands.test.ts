import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { CommandError } from '../../cli/exit-codes.ts'
import { loadOrFail } from '../../cli/load-config.ts'
import { openCheckedModels } from '../../cli/open-models.ts'
import { startScriptedTriton } from '../drivers/triton/scripted-triton.ts'
import type { ScriptedTriton } from '../drivers/triton/scripted-triton.ts'
import { runProgram } from './run-program.ts'

const token = 'ARCHIVE_STREAMS_TRITON__CREDENTIALS__TOKEN'

describe('models', () => {
  let scripted: ScriptedTriton
  beforeEach(async () => {
    scripted = await startScriptedTriton()
  })
  afterEach(async () => {
    delete process.env[token]
    await scripted.close()
  })

  const onTriton = (...args: readonly string[]) => {
    const endpoints = JSON.stringify([scripted.url])
    const set = ['--set', 'drivers.models=triton', '--set', `triton.endpoints=${endpoints}`]
    return runProgram([...args, ...set])
  }

  it('ls shows what is embedded, each as on its card', async () => {
    const { code, out } = await runProgram(['models', 'ls'])
    assert.equal(code, 0)
    assert.match(out, /embed-hash@1 {2}embed, 384 dimensions; as on its card/)
    assert.match(out, /classify-spam@1 {2}classify, labels spam; as on its card/)
  })

  it('ls shows what a Triton has, and what has no card or is other than its card', async () => {
    const spam = scripted.models.get('classify-spam')
    assert.ok(spam)
    scripted.models.set('classify-ours', spam)
    scripted.models.get('embed-hash')!.config.max_batch_size = 8
    const { code, out } = await onTriton('models', 'ls')
    assert.equal(code, 0)
    assert.match(
      out,
      /classify-ours@1 {2}classify, reads text, labels spam, batches of up to 128; no card/,
    )
    assert.match(out, /embed-hash@1: batches of 128 items on the card, and the server takes 8/)
  })

  it('check says that the server has what is used', async () => {
    const { code, out } = await onTriton('models', 'check', '--json')
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(out), { ok: true, differences: [] })
  })

  it('check says both sides of what differs', async () => {
    scripted.models.get('classify-spam')!.versions = ['2']
    scripted.models.get('classify-toxicity')!.config.parameters['labels'] = {
      string_value: 'toxic',
    }
    const { code, out } = await onTriton('models', 'check')
    assert.equal(code, 1)
    assert.match(out, /classify-spam: the card wants version 1, the server has 2/)
    assert.match(out, /labels is toxic insult threat obscene on the card and toxic on the server/)
  })

  it('check shows the token, which is never said', async () => {
    scripted.token = 'Bearer very-secret'
    const refused = await onTriton('models', 'check')
    assert.equal(refused.code, 69)
    assert.match(refused.err, /403.*triton\.credentials/)
    process.env[token] = 'very-secret'
    const let_in = await onTriton('models', 'check')
    assert.equal(let_in.code, 0, let_in.err)
    assert.doesNotMatch(refused.err + let_in.out, /very-secret/)
  })

  it('is what a start looks at: it is refused where card and server differ, with both sides', async () => {
    const config = () =>
      loadOrFail('embedded', [
        { flag: '--set', path: 'drivers.models', value: 'triton' },
        { flag: '--set', path: 'triton.endpoints', value: [scripted.url] },
      ])
    await (await openCheckedModels(config())).close()
    scripted.models.get('embed-hash')!.metadata.outputs = [
      { name: 'embedding', datatype: 'FP32', shape: [-1, 512] },
    ]
    await assert.rejects(
      openCheckedModels(config()),
      (error) =>
        error instanceof CommandError &&
        error.exitCode === 69 &&
        /dimensions is 384 on the card and 512 on the server/.test(error.message),
    )
  })

  it('check says that nobody answers', async () => {
    await scripted.close()
    const { code, err } = await onTriton('models', 'check')
    assert.equal(code, 69)
    assert.match(err, /cannot be reached \(ECONNREFUSED\)/)
  })
})
