import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { writeMailFolder, writeMbox } from '../../bench/mail-corpus.ts'
import { resultsOf } from './results-of.ts'

const main = new URL('../../cli/main.js', import.meta.url).pathname
const kills = 25
/** Until the first documents move, about. */
const startUpMs = 300

/** Pseudo-random in [0, 1), the same in every run. */
const randomOf = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
  return seed / 2 ** 31
}

describe('a job killed at any instant and started again', function () {
  this.timeout(600_000)
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-kill-'))
    await writeMailFolder(join(folder, 'source'), 1_400, 3)
    await writeMbox(join(folder, 'source', 'more.mbox'), 700_000, 4)
  })

  after(() => rm(folder, { recursive: true, force: true }))

  const start = (dataDir: string) =>
    spawn(
      process.execPath,
      [main, 'start', '--json', '--source', join(folder, 'source'), '--data-dir', dataDir],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )

  const runToEnd = async (
    dataDir: string,
  ): Promise<{ code: number | null; report: string; errors: string }> => {
    const child = start(dataDir)
    const report: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (data: Buffer) => report.push(data))
    child.stderr.on('data', (data: Buffer) => errors.push(data))
    const [code] = (await once(child, 'close')) as [number | null]
    return {
      code,
      report: Buffer.concat(report).toString(),
      errors: Buffer.concat(errors).toString(),
    }
  }

  /** False when the job was done before. */
  const startAndKill = async (dataDir: string, ms: number): Promise<boolean> => {
    const child = start(dataDir)
    child.stdout.resume()
    child.stderr.resume()
    const closed = once(child, 'close')
    await Promise.race([wait(ms), closed])
    const running = child.exitCode === null
    if (running) child.kill('SIGKILL')
    await closed
    return running
  }

  it(`loses nothing and doubles nothing in any sink, over ${kills} kills`, async () => {
    const calm = await runToEnd(join(folder, 'calm'))
    assert.equal(calm.code, 0, calm.errors)
    const { documents, seconds } = JSON.parse(calm.report) as {
      documents: { published: number }
      seconds: number
    }
    assert.ok(documents.published >= 2_000, `only ${documents.published} documents`)

    const expected = await resultsOf(join(folder, 'calm'))
    const random = randomOf(7)
    const moment = (): number => startUpMs + random() * ((2_000 * seconds) / kills)
    for (let killed = 0, round = 0; killed < kills; round++) {
      const dataDir = join(folder, `killed-${round}`)
      while (killed < kills && (await startAndKill(dataDir, moment()))) killed++
      const end = await runToEnd(dataDir)
      assert.equal(end.code, 0, end.errors)
      assert.deepEqual(await resultsOf(dataDir), expected)
    }
  })
})
