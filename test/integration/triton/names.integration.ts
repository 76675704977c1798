import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { checkModels } from '../../../gpu-runners/models/check-models.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { describeNer } from '../../contracts/ner.contract.ts'
import { openTriton } from '../../drivers/triton/open-triton.ts'
import { aModelNer, lexiconCard, lexiconScores } from '../../gpu-runners/recognise/a-model-ner.ts'
import { lexiconCard as cardFile } from '../../drivers/triton/scripted-names.ts'
import { reportOf, startArgs, startCli } from '../../end-to-end/run-cli.ts'
import { filesOf, topicsOf, tracesOf } from '../../end-to-end/traces-of.ts'
import { scriptedModels } from '../../gpu-runners/scripted-models.ts'
import { triton } from '../../services/services.ts'
import { startTriton } from '../../services/triton.ts'

const card = lexiconCard()

describeNer('a token classifier on a real Triton', async () => {
  const models = openTriton((await triton()).address)
  return { ner: aModelNer(models), destroy: () => models.close() }
})

describe('the model for names of deploy/triton on a real Triton', () => {
  let models: ModelServer
  before(async () => {
    models = openTriton((await triton()).address, { models: [card.name] })
  })
  after(() => models.close())

  it('is what its card says', async () => {
    assert.deepEqual(checkModels([card], await models.models()), [])
  })

  it('finds what the scripted one finds, in batches of many lengths', async () => {
    const names = ['Ada Lovelace', 'Zebulon Fitzquarrel', 'Grauheim', 'Quarnholt & Söhne', '😀']
    const texts = Array.from({ length: 150 }, (_, i) =>
      `${'so '.repeat((i * 37) % 300)}${names[i % names.length]} and ${names[(i * 7) % names.length]}. `.repeat(
        1 + (i % 3),
      ),
    )
    const real = await aModelNer(models).find(texts)
    const scripted = await aModelNer(scriptedModels(lexiconScores)).find(texts)
    assert.deepEqual(real.entities, scripted.entities)
    assert.ok(real.counts!['names']! > 200)
    assert.ok(real.counts!['modelItems']! > 3 * real.counts!['modelRequests']!)
  })

  it('is told what the server computed, as soon as that answers in time', async () => {
    let micros = 0
    for (let tries = 0; tries < 10 && micros === 0; tries++)
      micros = (await aModelNer(models).find(['Ada Lovelace'])).counts?.['computeMicros'] ?? 0
    assert.ok(micros > 0)
  })
})

describe('a job whose names are found by a real Triton', () => {
  const text = (at: number): string =>
    `crate ${at} for zebulon fitzquarrel stands at grauheim. ${'and so on. '.repeat(at * 20)}`

  it('waits while that is away, and lets no name through', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'archive-streams-names-'))
    const at = (name: string): string => join(folder, name)
    await mkdir(at('source'))
    for (let i = 0; i < 60; i++) await writeFile(join(at('source'), `${i}.txt`), text(i))
    await writeFile(at('policy.yaml'), 'version: 1\nname: names\nrequireNer: true\n')
    const server = await startTriton(at('triton'), 'parent', { models: [card.name] })
    try {
      const sets = [`models.recognise=${cardFile}`, `redact.policy=${at('policy.yaml')}`]
      const flags = [...sets, `triton.endpoints=["${server.url}"]`].flatMap((each) => [
        '--set',
        each,
      ])
      const job = startCli(...startArgs(at('source'), at('data')), ...flags)
      await someFileIn(join(at('data'), 'objects', 'prepared'))
      await server.restart()
      const end = await job.ended
      assert.equal(end.code, 0, end.err)
      const { documents, deadLetters } = reportOf(end)
      assert.deepEqual(documents, { published: 60, delivered: 60, dropped: 0, dead: 0 })
      assert.deepEqual(deadLetters, [])
      const places = [...filesOf(at('data')), ...(await topicsOf(at('data')))]
      for (const name of ['zebulon fitzquarrel', 'grauheim'])
        assert.deepEqual(tracesOf(name, places), [])
    } finally {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})

/** Resolves once something lies in a folder that need not be there yet. */
const someFileIn = async (folder: string): Promise<void> => {
  while ((await readdir(folder, { recursive: true }).catch(() => [])).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 2))
}

describe('a real Triton that dies while it is asked for names', () => {
  it('is waited for: nobody gets half an answer, and later all of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'archive-streams-names-'))
    const server = await startTriton(folder, 'parent', { models: [card.name] })
    const models = openTriton(server.url)
    try {
      const ner = aModelNer(models)
      const text = `${'and so on '.repeat(3000)}Zebulon Fitzquarrel`
      const [whole] = (await ner.find([text])).entities
      assert.equal(whole?.length, 1)
      await server.kill()
      await assert.rejects(ner.find([text]), { name: 'Fault' })
      await server.restart()
      assert.deepEqual((await ner.find([text])).entities[0], whole)
      await server.restart({ models: ['identity'] })
      await assert.rejects(ner.find([text]), { name: 'Fault', kind: 'dependency-down' })
    } finally {
      await models.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
