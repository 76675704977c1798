import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { writeMailFolder, writeMbox } from '../../bench/mail-corpus.ts'
import { lagOf } from '../../cli/read/lag.ts'
import { createTopics } from '../../topology/topics.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { openData } from './open-data.ts'
import { resultsOf, type Results } from './results-of.ts'
import { reportOf, runCli, startArgs, startCli, startSignalled } from './run-cli.ts'

/** Pseudo-random in [0, 1), the same in every run. */
const randomOf = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
  return seed / 2 ** 31
}

/** Kills the job, begun anew, once `moment` has come. False when it had ended before. */
const startAndKill = async (
  args: readonly string[],
  moment: (ended: Promise<unknown>) => Promise<unknown>,
): Promise<boolean> => {
  const { child, ended } = startCli(...args)
  await Promise.race([moment(ended), ended])
  const running = child.exitCode === null
  if (running) child.kill('SIGKILL')
  const { code, err } = await ended
  assert.ok(running || code === 0, err)
  return running
}

const filesIn = (folder: string): number => {
  try {
    return readdirSync(folder, { recursive: true }).length
  } catch {
    return 0
  }
}

/** Resolves when `folder` has got more files than it has now. */
const growthOf = async (folder: string, ended: Promise<unknown>): Promise<void> => {
  const before = filesIn(folder)
  let over = false
  void ended.then(() => (over = true))
  while (!over && filesIn(folder) <= before) await wait(1)
}

const { documents } = createTopics(1).topics

/** Resolves when documents come into the log that were not there before. */
const arrivals = async (dataDir: string, ended: Promise<unknown>): Promise<void> => {
  const view = await openData(dataDir)
  try {
    const count = async (): Promise<number> =>
      (await view.log.ends(documents.name)).reduce((sum, end) => sum + end, 0)
    const before = await count()
    let over = false
    void ended.then(() => (over = true))
    while (!over && (await count()) === before) await wait(1)
  } finally {
    await view.close()
  }
}

const runToEnd = async (args: readonly string[]): Promise<ReturnType<typeof reportOf>> => {
  const end = await runCli(...args)
  assert.equal(end.code, 0, end.err)
  return reportOf(end)
}

/** Records of a sub-topology that are begun and not committed, as a dead process left them. */
const begun = async (dataDir: string, subTopology: string): Promise<number> => {
  const view = await openData(dataDir)
  try {
    const part = view.topology.subTopologies.find(({ name }) => name === subTopology)
    assert.ok(part)
    const lags = await lagOf(view.log, view.topology, part)
    return lags.reduce((sum, { lag }) => sum + lag, 0)
  } finally {
    await view.close()
  }
}

describe('a job killed at any instant and started again', function () {
  this.timeout(600_000)
  const folder = temporaryFolder()
  const many = join(folder.path, 'many')
  const mbox = join(folder.path, 'inbox.mbox')

  const args = (source: string, name: string): readonly string[] => [
    ...startArgs(source, join(folder.path, name)),
    '--set',
    'parquet.partitionBy=month',
  ]
  const results = (name: string): Promise<Results> => resultsOf(join(folder.path, name))

  before(async () => {
    await writeMailFolder(many, 700, 3)
    await writeMbox(join(many, 'more.mbox'), 1_620_000, 4)
    for (let index = 0; index < 9; index++) {
      await writeFile(join(many, `broken-${index}.pdf`), `%PDF-1.7 broken ${index}`)
    }
    await writeFile(join(many, 'broken.zip'), 'PK\u0003\u0004 broken')
    await writeMbox(mbox, 650_000, 5)
  })

  after(() => folder.remove())

  const kills = 25

  it(`loses nothing and doubles nothing in any sink, over ${kills} kills`, async () => {
    const began = performance.now()
    const calm = runToEnd(args(many, 'calm'))
    await growthOf(join(folder.path, 'calm', 'objects', 'prepared'), calm)
    const startUpMs = performance.now() - began
    const report = await calm
    const { published } = report.documents
    assert.ok(published >= 2_000, `only ${published} documents`)

    const expected = await results('calm')
    assert.equal(expected.deadLetters.length, 10)
    const random = randomOf(7)
    const span = (2 * (1_000 * report.seconds - startUpMs)) / kills
    const moment = (): Promise<unknown> => wait(0.7 * startUpMs + random() * span)
    for (let killed = 0, round = 0; killed < kills; round++) {
      const again = args(many, `killed-${round}`)
      while (killed < kills && (await startAndKill(again, moment))) killed++
      await runToEnd(again)
      assert.deepEqual(await results(`killed-${round}`), expected)
    }
  })

  it('does the same when killed again and again while it expands and while it writes Parquet', async () => {
    await runToEnd(args(mbox, 'quiet'))
    const expected = await results('quiet')
    let attempt = 0
    const name = (): string => `harassed-${attempt}`
    const dataDir = (): string => join(folder.path, name())
    const again = (): readonly string[] => args(mbox, name())
    const publish = async (): Promise<void> =>
      assert.equal((await runCli('publish', mbox, '--data-dir', dataDir())).code, 0)
    /** What was expanded before it could be killed is not expanded again. */
    const beginAnew = async (): Promise<void> => {
      attempt++
      expanding = 0
      await publish()
    }

    await publish()
    let expanding = 0
    for (let tries = 0; expanding < 2; tries++) {
      assert.ok(tries < 20, 'never killed while it expanded')
      await startAndKill(again(), (ended) => arrivals(dataDir(), ended))
      if ((await begun(dataDir(), 'expand')) > 0) expanding++
      else await beginAnew()
    }
    let writing = 0
    for (let tries = 0; writing < 4; tries++) {
      assert.ok(tries < 20, 'never killed while it wrote Parquet')
      const folder = join(dataDir(), 'objects', 'parquet')
      await startSignalled({ folder, signals: ['SIGKILL'] }, ...again()).ended
      if ((await begun(dataDir(), 'parquet')) > 0) writing++
    }
    await runToEnd(again())
    assert.deepEqual(await results(name()), expected)
  })
})
