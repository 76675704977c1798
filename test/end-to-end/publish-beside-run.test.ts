import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { documentIdFor } from '../../cli/document-id-for.ts'
import type { ProcessStatus } from '../../cli/operations/process-status.ts'
import type { DocumentEvent } from '../../schemas/generated/types.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { openData, recordsOf } from './open-data.ts'
import { reportOf, runCli, startArgs, startCli, type Running } from './run-cli.ts'

describe('publishing while a job works on the data folder', function () {
  this.timeout(240_000)
  let folder: ReturnType<typeof temporaryFolder>
  let jobs: Running[]
  const source = (): string => join(folder.path, 'source')
  const dataDir = (): string => join(folder.path, 'data')
  const beside = (...args: readonly string[]) => runCli(...args, '--data-dir', dataDir())

  beforeEach(() => {
    folder = temporaryFolder()
    jobs = []
    mkdirSync(source())
    for (let n = 0; n < 20; n++)
      writeFileSync(join(source(), `${n}.txt`), `The crate number ${n} is at the quay.`)
    writeFileSync(join(source(), 'broken.pdf'), '%PDF-1.7 broken')
  })
  afterEach(async () => {
    for (const { child, ended } of jobs) {
      child.kill('SIGKILL')
      await ended
    }
    folder.remove()
  })

  /** A job that takes whatever is published below the source, but publishes nothing of it by itself. */
  const aJob = async (): Promise<Running> => {
    const empty = join(source(), 'empty')
    mkdirSync(empty, { recursive: true })
    const job = startCli(
      'run',
      '--set',
      `sources=${JSON.stringify([source()])}`,
      '--data-dir',
      dataDir(),
    )
    jobs.push(job)
    while (!job.err().includes('running ')) await once(job.child.stderr!, 'data')
    return job
  }

  const eventsOf = async (): Promise<readonly DocumentEvent[]> => {
    const view = await openData(dataDir())
    try {
      return (await recordsOf<DocumentEvent>(view, 'archive.documents')).map(
        ({ decoded }) => decoded,
      )
    } finally {
      await view.close()
    }
  }

  it('hands the events to the job, which processes them; and the archive can be looked at meanwhile', async () => {
    const job = await aJob()
    writeFileSync(join(source(), 'late.txt'), 'A late crate full of harpsichords.')
    const published = await beside('publish', '--json', join(source(), 'late.txt'))
    assert.equal(published.code, 0, published.err)
    const said = JSON.parse(published.out) as { documents: number; takenBy: number }
    assert.deepEqual([said.documents, said.takenBy], [1, job.child.pid])
    assert.match(published.err, new RegExp(`handing over to process ${job.child.pid}`))

    let hits: readonly { uri: string }[] = []
    for (let looks = 0; !hits[0]?.uri.endsWith('late.txt'); looks++) {
      assert.ok(looks < 100, 'the document was never found')
      const search = await beside('search', 'harpsichords', '--json')
      assert.equal(search.code, 0, search.err)
      hits = (JSON.parse(search.out) as { hits: typeof hits }).hits
    }
    for (const args of [
      ['status'],
      ['dlq', 'ls'],
      ['dlq', 'ls', '--all'],
      ['dlq', 'show', join(source(), 'broken.pdf')],
      ['show', join(source(), 'late.txt')],
      ['doctor'],
      ['describe'],
    ]) {
      const { code, err } = await beside(...args)
      assert.equal(code, 0, `${args.join(' ')}: ${err}`)
    }

    const seen = await beside('status', '--json')
    const { processes } = JSON.parse(seen.out) as { processes: readonly ProcessStatus[] }
    assert.deepEqual(
      processes.map(({ pid }) => pid),
      [job.child.pid],
    )
    const prepare = processes[0]?.parts.find(({ subTopology }) => subTopology === 'prepare')
    assert.ok(prepare?.assigned && prepare.breaker === 'closed')
    assert.ok((prepare.commitAgeSeconds ?? -1) >= 0)
    const lanes = processes[0]?.backlog.map(({ model, deadline }) => `${model} ${deadline}`)
    assert.ok(lanes?.includes('embed-hash interactive') && lanes.includes('embed-hash bulk'))

    const erased = await beside('publish', '--erase', join(source(), 'late.txt'))
    assert.equal(erased.code, 0, erased.err)
    assert.match(erased.out, /^published 1 erasure .*, taken by process \d+\n$/)
    job.child.kill('SIGTERM')
    assert.equal((await job.ended).code, 0)
    const { documents } = reportOf(await runCli(...startArgs(source(), dataDir())))
    assert.equal(documents.dead, 0)
    const found = await beside('search', 'harpsichords', '--json')
    const left = (JSON.parse(found.out) as { hits: typeof hits }).hits
    assert.deepEqual(
      left.filter(({ uri }) => uri.endsWith('late.txt')),
      [],
    )
  })

  it('takes the place of a job that is killed before it has taken everything', async function () {
    if (process.platform === 'win32') this.skip()
    const job = await aJob()
    job.child.kill('SIGSTOP')
    const publishing = startCli('publish', '--json', source(), '--data-dir', dataDir())
    jobs.push(publishing)
    const inbox = join(dataDir(), 'inbox')
    while (!existsSync(inbox) || !readdirSync(inbox).some((name) => name.endsWith('.json')))
      await wait(5)
    job.child.kill('SIGKILL')
    const { code, out, err } = await publishing.ended
    assert.equal(code, 0, err)
    const { documents, takenBy } = JSON.parse(out) as { documents: number; takenBy: unknown }
    assert.deepEqual([documents, takenBy], [21, null])
    assert.deepEqual(readdirSync(inbox), [])
    const ids = (await eventsOf()).map(({ documentId }) => documentId)
    assert.ok(ids.includes(documentIdFor(join(source(), '19.txt'), 'default')))
  })

  it('leaves what a killed publisher has handed in to the next job, which counts it in', async function () {
    if (process.platform === 'win32') this.skip()
    const job = await aJob()
    job.child.kill('SIGSTOP')
    const publishing = startCli('publish', source(), '--data-dir', dataDir())
    const inbox = join(dataDir(), 'inbox')
    while (!existsSync(inbox) || !readdirSync(inbox).some((name) => name.endsWith('.json')))
      await wait(5)
    publishing.child.kill('SIGKILL')
    await publishing.ended
    job.child.kill('SIGKILL')
    await job.ended
    const again = await runCli(...startArgs(source(), dataDir()))
    assert.equal(again.code, 0, again.err)
    const { documents } = reportOf(again)
    assert.equal(documents.delivered, 20)
    assert.deepEqual(readdirSync(inbox), [])
  })
})
