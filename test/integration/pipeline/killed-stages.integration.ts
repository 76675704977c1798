import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { writeMailFolder } from '../../../bench/mail-corpus.ts'
import { loadOrFail } from '../../../cli/load-config.ts'
import { openView } from '../../../cli/open-view.ts'
import type { ArchiveView } from '../../../cli/read/archive-view.ts'
import { embeddingSetCodec } from '../../../schemas/generated/codecs.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import { createTopics } from '../../../topology/topics.ts'
import { duckReaderOf } from '../../builders/duckdb.ts'
import { reportOf, startCli, type Running } from '../../end-to-end/run-cli.ts'
import { readAll } from '../../proof/kafka/read-log.ts'
import { kafka, schemaRegistry } from '../../services/services.ts'

const mails = 200
/** Nearly every kill at such a moment leaves copies. */
const mostKills = 8
const { embeddings, prepared } = createTopics(1).topics
/** Longer than the session of a member of a group. */
const freezeMs = 5_000

/** What tells the rows of a dataset apart. */
const idOf = {
  chunks: 'document_id, revision, ordinal',
  embeddings: 'document_id, revision, ordinal',
  classifications: 'document_id, revision, ordinal, model, label',
  summaries: 'document_id, revision',
} as const

describe('stages killed on Kafka with the default delivery', function () {
  this.timeout(120_000)
  const prefix = `${randomUUID().slice(0, 8)}.`
  let folder: string
  let settings: readonly (readonly [string, unknown])[]
  let view: ArchiveView

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-killed-'))
    const [{ address }, registry] = await Promise.all([kafka('kafka-4.3.1'), schemaRegistry()])
    settings = [
      ['dataDir', join(folder, 'data')],
      ['partitions', 2],
      ['kafka.brokers', [address.bootstrap]],
      ['kafka.prefix', prefix],
      ['kafka.heartbeatMs', 200],
      ['kafka.sessionTimeoutMs', 3_000],
      // Short ranges: copies are in different ones, and claimed ranges are met again.
      ['parquet.maxAgeMs', 300],
      ['parquet.partitionBy', 'month'],
      ['registry.url', registry.address],
      ['registry.prefix', prefix],
    ]
    await writeMailFolder(join(folder, 'mails'), mails, 3)
    const applied = await startCli('topics', 'apply', ...profile()).ended
    assert.equal(applied.code, 0, applied.err)
    const flags = settings.map(([path, value]) => ({ flag: '--set', path, value }))
    view = await openView(loadOrFail('kafka', flags))
  })
  after(async () => {
    await view.close()
    await rm(folder, { recursive: true, force: true })
  })

  const profile = (): readonly string[] => [
    '--profile',
    'kafka',
    ...settings.flatMap(([option, value]) => ['--set', `${option}=${JSON.stringify(value)}`]),
  ]
  const job = (mails = 'mails') =>
    startCli('start', '--json', '--source', join(folder, mails), ...profile())

  const lengthOf = async ({ name }: { readonly name: TopicName }): Promise<number> =>
    (await view.log.ends(name)).reduce((sum, end) => sum + end, 0)

  /** Waits until the topic is longer than it was, or the job has ended. */
  const more = async (topic: { readonly name: TopicName }, { child }: Running): Promise<void> => {
    const before = await lengthOf(topic)
    while (child.exitCode === null && (await lengthOf(topic)) === before) await wait(1)
  }

  /** Kills the job as soon as results have come to the log that were not there before. False when it had ended. */
  const killAtResults = async (): Promise<boolean> => {
    const running = job()
    await more(embeddings, running)
    const killed = running.child.exitCode === null
    if (killed) running.child.kill('SIGKILL')
    const ended = await running.ended
    assert.ok(killed || ended.code === 0, ended.err)
    return killed
  }

  /** How many results are on their topics although the same was there before. */
  const copiesOnTopics = async (): Promise<number> => {
    const serde = await view.registry.open(embeddingSetCodec)
    const all = await readAll(view.log, embeddings)
    const sets = new Set<string>()
    for (const { record } of all) {
      const { documentId, ordinal } = await serde.decode(record.value!)
      sets.add(`${documentId} ${ordinal}`)
    }
    return all.length - sets.size
  }

  it('leave copies of results on their topics, and every row once in the files', async () => {
    for (let kills = 0; (await copiesOnTopics()) === 0; kills++) {
      assert.ok(kills < mostKills, 'no kill came between the results and their commit')
      assert.ok(await killAtResults(), 'the job ended before it could be killed')
    }
    const last = await job().ended
    // Also when it lost its partitions for a moment, as on a busy machine: what was done twice counts once.
    assert.equal(last.code, 0, last.err)
    const { query, close } = await duckReaderOf(join(folder, 'data', 'objects'))
    for (const dataset of ['chunks', 'embeddings', 'classifications', 'summaries'] as const) {
      const [counted] = await query(
        `SELECT count(*)::INT AS rows, count(DISTINCT (${idOf[dataset]}))::INT AS ids,
           count(DISTINCT document_id)::INT AS documents FROM FILES(${dataset})`,
      )
      assert.equal(counted?.['documents'], mails, dataset)
      assert.equal(counted['rows'], counted['ids'], dataset)
    }
    await close()
  })

  it('count a document once that they finished and could not commit', async () => {
    await writeMailFolder(join(folder, 'others'), mails, 4)
    const running = job('others')
    await more(prepared, running)
    running.child.kill('SIGSTOP')
    await wait(freezeMs)
    running.child.kill('SIGCONT')
    const ended = await running.ended
    assert.match(ended.err, /prepare: a commit came too late/)
    assert.equal(ended.code, 0, ended.err)
    const { published, delivered, dropped, dead } = reportOf(ended).documents
    assert.deepEqual([published, delivered + dropped, dead], [mails, mails, 0])
  })
})
