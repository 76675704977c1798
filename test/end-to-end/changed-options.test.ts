import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { resultsOf } from './results-of.ts'
import { reportOf, runCli, startArgs, startSignalled } from './run-cli.ts'

const words = Array.from({ length: 300 }, (_, index) => `crate ${index} is at the quay.`).join(' ')
const mail = (name: string): string =>
  `From: ada@example.org\nSubject: ${name}\nDate: Tue, 02 Jan 2024 03:04:05 +0100\n\nThe ${name}. ${words}\n`

const mails = 12
const small = ['--set', 'chunk.maxTokens=64', '--set', 'chunk.overlap=8']
const strict = ['--set', 'redact.policy=everything']

/** What stands of every document: its rows, points and summary of the highest revision, without that revision. */
const standing = async (dataDir: string) => {
  const { parquet, vectors, summaries } = await resultsOf(dataDir)
  const newest = new Map<string, bigint>()
  for (const line of parquet['documents'] ?? []) {
    const [id = '', revision = '0'] = line.split(' ')
    if (BigInt(revision) > (newest.get(id) ?? -1n)) newest.set(id, BigInt(revision))
  }
  const latest = (lines: readonly string[]): readonly string[] =>
    lines.flatMap((line) => {
      const [id = '', revision, ...rest] = line.split(' ')
      return String(newest.get(id)) === revision ? [[id, ...rest].join(' ')] : []
    })
  const rows = Object.entries(parquet).map(([name, lines]) => [name, latest(lines)] as const)
  return {
    ...Object.fromEntries(rows),
    vectors: vectors.map((line) => line.replace(/ \d+ (?=[0-9a-f]+$)/, ' ')),
    summaries: latest(summaries),
  }
}

describe('a job over the same data under other options', function () {
  this.timeout(180_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const dataIn = (name: string): string => join(folder.path, name)

  const start = async (name: string, ...more: readonly string[]) => {
    const end = await runCli(...startArgs(source, dataIn(name)), ...more)
    assert.equal(end.code, 0, end.err)
    return reportOf(end)
  }

  before(async () => {
    mkdirSync(source)
    for (let index = 0; index < mails; index++)
      writeFileSync(join(source, `${index}.eml`), mail(`mail ${index}`))
    const member = (name: string): string => `From ada Tue Jan  2 03:04:05 2024\n${mail(name)}\n`
    writeFileSync(join(source, 'box.mbox'), member('first member') + member('second member'))
    await start('small', ...small, ...strict)
    await start('usual')
  })

  after(() => folder.remove())

  it('leaves what a first job under those options would have left, members of containers too', async () => {
    await start('changed', ...small, ...strict)
    const { documents, droppedReasons } = await start('changed')
    assert.deepEqual([documents.delivered, droppedReasons], [mails + 2, {}])
    assert.deepEqual(await standing(dataIn('changed')), await standing(dataIn('usual')))
  })

  it('is a replay when nothing changed since', async () => {
    const { documents, droppedReasons } = await start('changed')
    assert.equal(documents.delivered, 0)
    assert.deepEqual(droppedReasons, { replay: mails })
  })

  it('does so when it is killed in the middle and started again', async () => {
    await start('killed')
    const folder = join(dataIn('killed'), 'objects', 'prepared')
    const other = [...startArgs(source, dataIn('killed')), ...small, ...strict]
    const { code } = await startSignalled({ folder, signals: ['SIGKILL'] }, ...other).ended
    assert.equal(code, 137, 'it was over before it could be killed')
    await start('killed', ...small, ...strict)
    assert.deepEqual(await standing(dataIn('killed')), await standing(dataIn('small')))
  })
})
