import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { repository } from '../scripts/repository.ts'
import { plantArchive, planted, plantedInNames } from './planted-archive.ts'
import { reportOf, runCli, startArgs, startCli } from './run-cli.ts'
import {
  filesOf,
  isLog,
  parquetOf,
  topicsOf,
  tracesOf,
  vectorsOf,
  type Place,
} from './traces-of.ts'

/** What says where a document is: the only places in which the name of a file may stand. */
const fieldsWithNames = [
  'dlq and search',
  'topic archive.containers uri',
  'topic archive.dead-letters originalValue',
  'topic archive.documents containerUri',
  'topic archive.documents name',
  'topic archive.documents uri',
]

interface Canary {
  readonly type: string
  readonly value: string
  readonly policy: 'default' | 'everything'
}

/** A stage of 0.219099999 ms is no social security number. */
const withoutFractions = (text: string): string => text.replaceAll(/\b\d+\.\d{4,}\b/g, 'a fraction')

describe('planted personal data', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const own: Place[] = []
  const example: Place[] = []
  const everything: Place[] = []

  /** Runs a job and everything that shows its results, and gathers all that was written and said. */
  const gather = async (source: string, name: string, ...more: string[]): Promise<Place[]> => {
    const dataDir = join(folder.path, name)
    const end = await runCli(...startArgs(source, dataDir), '--log', 'debug', ...more)
    assert.equal(end.code, 0, end.err)
    assert.ok(reportOf(end).documents.delivered >= 10)
    const seen = await Promise.all(
      [['dlq', 'ls'], ['status'], ['search', 'write', 'the', 'address']].map((args) =>
        runCli(...args, '--json', '--data-dir', dataDir),
      ),
    )
    const said = withoutFractions([end.out, end.err, ...seen.map(({ err }) => err)].join('\n'))
    return [
      ...filesOf(dataDir),
      ...(await parquetOf(dataDir)),
      ...(await topicsOf(dataDir)),
      ...(await vectorsOf(dataDir)),
      { name: 'output and log', text: said.toLowerCase() },
      { name: 'dlq and search', text: seen.map(({ out }) => out.toLowerCase()).join('\n') },
    ]
  }

  /** What a process shows of itself while it works, once it has delivered. */
  const shown = async (source: string): Promise<Place> => {
    const dataDir = join(folder.path, 'shown')
    const running = startCli('run', '--source', source, '--data-dir', dataDir)
    const address = (): string | undefined => /metrics at (\S+)\/metrics/.exec(running.err())?.[1]
    const delivered = /records_total\{sub_topology="summaries",outcome="forwarded"\} \d{2}/
    const pages = ['metrics', 'status', 'health/live', 'health/ready']
    for (let text = ''; ; await wait(50)) {
      assert.equal(running.child.exitCode, null, running.err())
      const url = address()
      if (url === undefined) continue
      const answers = await Promise.all(pages.map((page) => fetch(`${url}/${page}`)))
      text = (await Promise.all(answers.map((answer) => answer.text()))).join('\n')
      if (!delivered.test(text)) continue
      running.child.kill('SIGTERM')
      assert.equal((await running.ended).code, 0)
      return { name: 'metrics and status', text: withoutFractions(text).toLowerCase() }
    }
  }

  before(async () => {
    const source = join(folder.path, 'planted')
    plantArchive(source)
    own.push(...(await gather(source, 'own')), await shown(source))
    const archive = join(repository, 'examples', 'archive')
    example.push(...(await gather(archive, 'example')))
    everything.push(...(await gather(archive, 'everything', '--set', 'redact.policy=everything')))
  })

  after(() => folder.remove())

  it('the places that are searched hold what was delivered', () => {
    for (const name of [
      'file objects/prepared/',
      'parquet chunks',
      'topic archive.summaries text',
    ]) {
      const text = own.filter((place) => place.name.startsWith(name)).map((place) => place.text)
      assert.ok(text.join().includes('thanks to all'), name)
    }
    assert.ok(own.some(({ name, text }) => name === 'vectors' && text.includes('chunkid')))
  })

  for (const [what, value] of Object.entries(planted)) {
    it(`${what} comes out nowhere`, () => {
      assert.deepEqual(tracesOf(value, own), [])
    })
  }

  for (const value of plantedInNames) {
    it(`what stands in the name of a file (${value}) stays in the events that say where it is`, () => {
      const found = tracesOf(value, own).filter((name) => !isLog({ name, text: '' }))
      assert.deepEqual(
        found.filter((name) => !fieldsWithNames.includes(name)),
        [],
      )
    })
  }

  const canaries = JSON.parse(
    readFileSync(join(repository, 'examples', 'archive.canaries.json'), 'utf8'),
  ) as readonly Canary[]

  it('of the example archive comes out nowhere under the default policy', () => {
    const found = canaries
      .filter(({ policy }) => policy === 'default')
      .map(({ type, value }) => ({ type, value, places: tracesOf(value, example) }))
    assert.deepEqual(
      found.filter(({ places }) => places.length > 0),
      [],
    )
  })

  it('of every type comes out nowhere under the policy "everything"', () => {
    const found = canaries.map(({ type, value }) => ({
      type,
      value,
      places: tracesOf(value, everything),
    }))
    assert.deepEqual(
      found.filter(({ places }) => places.length > 0),
      [],
    )
  })
})
