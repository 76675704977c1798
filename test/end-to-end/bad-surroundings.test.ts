import assert from 'node:assert/strict'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { writeMailFolder } from '../../bench/mail-corpus.ts'
import { exitCodes } from '../../cli/exit-codes.ts'
import { smallDiskAt } from '../drivers/embedded/small-disk.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { resultsOf, type Results } from './results-of.ts'
import {
  reportOf,
  runCli,
  runCliAs,
  startArgs,
  startCli,
  startSignalled,
  type Running,
} from './run-cli.ts'

const count = 150

/** Resolves when the job has written something, or is over. */
const untilWorking = async (job: Running, dataDir: string): Promise<void> => {
  let over = false
  void job.ended.then(() => (over = true))
  const objects = join(dataDir, 'objects')
  const prepared = (): boolean =>
    existsSync(objects) && readdirSync(objects).some((name) => !name.startsWith('.'))
  while (!over && !prepared()) await wait(1)
}

describe('a job in bad surroundings', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const at = (name: string): string => join(folder.path, name)
  let expected: Results

  before(async () => {
    await writeMailFolder(source, count, 6)
    const end = await runCli(...startArgs(source, at('calm')))
    assert.equal(end.code, exitCodes.ok, end.err)
    expected = await resultsOf(at('calm'))
  })

  after(() => folder.remove())

  /** Runs what is left to its end, and compares. */
  const goOn = async (dataDir: string): Promise<void> => {
    const end = await runCli(...startArgs(source, dataDir))
    assert.equal(end.code, exitCodes.ok, end.err)
    assert.deepEqual(await resultsOf(dataDir), expected)
  }

  it('a second run over the same data drops everything as a replay and changes no sink', async () => {
    const end = await runCli(...startArgs(source, at('calm')))
    assert.equal(end.code, exitCodes.ok, end.err)
    const { documents, droppedReasons } = reportOf(end)
    assert.deepEqual(documents, { published: count, delivered: 0, dropped: count, dead: 0 })
    assert.deepEqual(droppedReasons, { replay: count })
    assert.deepEqual(await resultsOf(at('calm')), expected)
  })

  it('Ctrl-C drains, says so, and the next start goes on where it stopped', async () => {
    const moment = { folder: join(at('once'), 'objects', 'prepared'), signals: ['SIGINT'] } as const
    const { code, err } = await startSignalled(moment, ...startArgs(source, at('once'))).ended
    assert.equal(code, exitCodes.interrupted, err)
    assert.match(err, /stopping: waiting for what is in flight/)
    await goOn(at('once'))
  })

  it('Ctrl-C twice ends at once with 130, and the next start goes on where it stopped', async () => {
    const folder = join(at('twice'), 'objects', 'prepared')
    const moment = { folder, signals: ['SIGINT', 'SIGINT'] } as const
    const { code, out, err } = await startSignalled(moment, ...startArgs(source, at('twice'))).ended
    assert.equal(code, exitCodes.interrupted, err)
    assert.match(err, /stopping/)
    assert.equal(out, '')
    await goOn(at('twice'))
  })

  it('a second process on the data folder is told who has it, and the first is not disturbed', async () => {
    // One that goes on until it is told to stop: a quick job would be over before the others have begun.
    const first = startCli('run', '--source', source, '--data-dir', at('shared'))
    await untilWorking(first, at('shared'))
    const others = [
      startArgs(source, at('shared')),
      ['run', '--source', source, '--data-dir', at('shared')],
    ]
    for (const second of await Promise.all(others.map((args) => runCli(...args)))) {
      assert.equal(second.code, exitCodes.locked, second.err)
      assert.match(second.err, new RegExp(`in use by process ${first.child.pid} `))
      assert.equal(second.out, '')
    }
    first.child.kill('SIGTERM')
    assert.equal((await first.ended).code, exitCodes.ok)
    await goOn(at('shared'))
  })

  it('publishing the same again beside a job changes nothing', async () => {
    const first = startCli(...startArgs(source, at('twofold')))
    await untilWorking(first, at('twofold'))
    const second = await runCli('publish', source, '--data-dir', at('twofold'))
    assert.equal(second.code, exitCodes.ok, second.err)
    assert.equal((await first.ended).code, exitCodes.ok)
    await goOn(at('twofold'))
  })

  it('a configuration with unknown keys is refused with all of them, their lines and what was meant', async () => {
    const profile = at('profile.yaml')
    writeFileSync(profile, 'partitons: 8\nparse:\n  limits:\n    maxDeepth: 3\n')
    const dataDir = at('never')
    const end = await runCli(
      ...startArgs(source, dataDir),
      '--profile',
      profile,
      '--set',
      'chunk.sise=4',
    )
    assert.equal(end.code, exitCodes.config, end.err)
    assert.match(end.err, /profile\.yaml:1:?.*partitons.*did you mean "?partitions/)
    assert.match(end.err, /profile\.yaml:4:?.*maxDeepth/)
    assert.match(end.err, /chunk\.sise/)
    assert.ok(!existsSync(dataDir))
  })

  it('a folder without permission is said, the rest is delivered, and the report tells', async function () {
    // Root may read everything, so the job runs as somebody else: only root can start it so.
    if (process.getuid?.() !== 0) this.skip()
    const nobody = 65_534
    const [mixed, theirs] = [at('mixed'), at('theirs')]
    mkdirSync(join(mixed, 'closed'), { recursive: true })
    mkdirSync(theirs)
    chownSync(theirs, nobody, nobody)
    writeFileSync(join(mixed, 'open.txt'), 'The ferry leaves at seven from the northern pier.')
    writeFileSync(join(mixed, 'closed', 'inside.txt'), 'Nobody reads this.')
    writeFileSync(join(mixed, 'shut.txt'), 'Nor this.')
    chmodSync(join(mixed, 'shut.txt'), 0o000)
    chmodSync(join(mixed, 'closed'), 0o700)
    chmodSync(folder.path, 0o755)

    const end = await runCliAs(nobody, ...startArgs(mixed, theirs))
    assert.equal(end.code, exitCodes.ok, end.err)
    assert.match(end.err, /cannot read .*closed \(EACCES\): nothing under it was published/)
    const { documents, deadLetters, unreadable } = reportOf(end)
    assert.deepEqual(
      unreadable.map(({ code }) => code),
      ['EACCES'],
    )
    assert.deepEqual(documents, { published: 2, delivered: 1, dropped: 0, dead: 1 })
    assert.deepEqual(deadLetters, [{ disposition: 'NOT_ALLOWED', count: 1 }])
  })

  it('a disk that fills up ends the job with its exit code; with room again it goes on', async function () {
    const small = at('small')
    const disk = smallDiskAt(small, 5)
    if (!disk) return this.skip()
    try {
      const end = await runCli(...startArgs(source, join(small, 'data')))
      assert.equal(end.code, exitCodes.storage, end.err)
      assert.match(
        end.err,
        /archive-streams: .*(?:no space left|refuses writes and may be full|cannot be written in .*: ENOSPC)/,
      )
      disk.grow(400)
      await goOn(join(small, 'data'))
    } finally {
      disk.remove()
    }
  })
})
