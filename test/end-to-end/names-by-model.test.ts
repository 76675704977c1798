import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { PreparedDocument } from '../../schemas/generated/types.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { LEXICON_MODEL, lexiconCard, scriptedLexicon } from '../drivers/triton/scripted-names.ts'
import { startScriptedTriton } from '../drivers/triton/scripted-triton.ts'
import type { ScriptedTriton } from '../drivers/triton/scripted-triton.ts'
import { openData, recordsOf } from './open-data.ts'
import { reportOf, runCli, startArgs } from './run-cli.ts'
import { filesOf, parquetOf, topicsOf, tracesOf, vectorsOf, type Place } from './traces-of.ts'

/** Only the model knows these; nothing around them says that they are names. */
const FOUND = ['zebulon fitzquarrel', 'wilma quux', 'grauheim', 'quarnholt & söhne']

const mail = (at: number): string =>
  [
    'From: desk@example.org',
    'To: team@example.org',
    'Subject: the crates of wilma quux',
    `Date: Tue, 03 Jun 2025 10:00:${String(at).padStart(2, '0')} +0000`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    `crate ${at} for zebulon fitzquarrel stands at grauheim, as quarnholt & söhne wanted.`,
    'and so on and so forth. '.repeat(at * 60),
    `at the end it was wilma quux, not zebulon fitzquarrel.`,
    '',
  ].join('\r\n')

describe('names that only a model finds', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const policy = join(folder.path, 'policy.yaml')
  const count = 12
  let scripted: ScriptedTriton

  before(async () => {
    scripted = await startScriptedTriton()
    scripted.models.set(LEXICON_MODEL, scriptedLexicon())
    mkdirSync(source)
    for (let at = 0; at < count; at++) writeFileSync(join(source, `${at}.eml`), mail(at))
    writeFileSync(policy, 'version: 1\nname: names\nrequireNer: true\n')
  })
  after(async () => {
    await scripted.close()
    folder.remove()
  })

  const start = async (name: string, ...options: readonly string[]) => {
    const dataDir = join(folder.path, name)
    const sets = options.flatMap((each) => ['--set', each])
    const end = await runCli(...startArgs(source, dataDir), '--log', 'debug', ...sets)
    assert.equal(end.code, 0, end.err)
    const places: readonly Place[] = [
      ...filesOf(dataDir),
      ...(await parquetOf(dataDir)),
      ...(await topicsOf(dataDir)),
      ...(await vectorsOf(dataDir)),
      { name: 'output and log', text: (end.out + end.err).toLowerCase() },
    ]
    return { report: reportOf(end), places, dataDir }
  }
  const withModel = () => [
    `models.recognise=${lexiconCard}`,
    `triton.endpoints=["${scripted.url}"]`,
    `redact.policy=${policy}`,
  ]
  const expectAllDelivered = ({
    documents,
    deadLetters,
  }: Awaited<ReturnType<typeof start>>['report']) => {
    assert.deepEqual(documents, { published: count, delivered: count, dropped: 0, dead: 0 })
    assert.deepEqual(deadLetters, [])
  }

  it('stay without one', async () => {
    const { report, places } = await start('without')
    expectAllDelivered(report)
    for (const name of FOUND) assert.notDeepEqual(tracesOf(name, places), [], name)
  })

  it('come out nowhere with one, which says that it found them and what that took', async () => {
    const { report, places, dataDir } = await start('with', ...withModel())
    expectAllDelivered(report)
    for (const name of FOUND) assert.deepEqual(tracesOf(name, places), [], name)
    const [used] = report.models.filter(({ subTopology }) => subTopology === 'prepare')
    assert.ok(used && used.items >= 2 * count && used.requests > 0 && used.tokens > 0)
    const text = places.filter(({ name }) => name.startsWith('file objects/prepared/'))
    assert.ok(text.every((place) => place.text.includes('ner/recognise-lexicon@1')))
    const view = await openData(dataDir)
    const prepared = await recordsOf<PreparedDocument>(view, 'archive.prepared')
    await view.close()
    const marks = prepared.map(({ decoded: { producedBy } }) => [
      producedBy.model,
      producedBy.modelVersion,
    ])
    assert.deepEqual(
      marks,
      Array.from({ length: count }, () => ['recognise-lexicon', '1']),
    )
  })

  it('wait for a server that breaks connections, is overloaded or has lost the model', async () => {
    const troubles = [
      { kind: 'reset' },
      { kind: 'status', status: 503, error: 'Exceeds maximum queue size' },
      { kind: 'status', status: 404, error: `unknown model: ${LEXICON_MODEL} is not found` },
    ] as const
    let left = 12
    scripted.trouble = () => (left > 0 ? troubles[left-- % troubles.length] : undefined)
    const retry = ['runtime.retry.firstMs=10', 'runtime.retry.maxMs=100']
    const { report, places } = await start('waiting', ...withModel(), ...retry)
    assert.equal(left, 0)
    expectAllDelivered(report)
    for (const name of FOUND) assert.deepEqual(tracesOf(name, places), [], name)
  })
})
