import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { loadOrFail } from '../../../cli/load-config.ts'
import { openView } from '../../../cli/open-view.ts'
import type {
  ContainerEvent,
  DocumentEvent,
  PreparedDocument,
} from '../../../schemas/generated/types.ts'
import { recordsOf } from '../../end-to-end/open-data.ts'
import { runCli, startCli, type Running } from '../../end-to-end/run-cli.ts'
import { freePorts } from '../../services/free-ports.ts'
import { clientOf, makeBucket, startS3, type NativeS3 } from '../../services/s3.ts'

const letter =
  'From: a@example.com\r\nSubject: ferry\r\n\r\nThe ferry leaves at seven from the pier.\r\n'
const mbox = `From a@example.com Mon Jan  1 00:00:00 2024\n${letter.replaceAll('\r', '')}\n`.repeat(
  2,
)

const credentials = {
  ARCHIVE_STREAMS_S3__CREDENTIALS__ACCESS_KEY: 'accessKey',
  ARCHIVE_STREAMS_S3__CREDENTIALS__SECRET_KEY: 'secretKey',
} as const
const token = 'ARCHIVE_STREAMS_S3__CREDENTIALS__WEBHOOK_TOKEN'

// A store of its own: where it sends notices to is said when it starts.
describe('publish --listen with real MinIO', function () {
  this.timeout(120_000)
  let folder: string
  let store: NativeS3
  let listening: Running | undefined
  let flags: readonly string[]
  let port: number

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-listen-'))
    ;[port = 0] = await freePorts(1)
    store = await startS3('minio', join(folder, 'minio'), 'parent', {
      MINIO_NOTIFY_WEBHOOK_ENABLE_W1: 'on',
      MINIO_NOTIFY_WEBHOOK_ENDPOINT_W1: `http://127.0.0.1:${port}`,
      MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_W1: 'a-token',
      MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_W1: join(folder, 'queue'),
      MINIO_SITE_REGION: 'us-east-1',
    })
    for (const [variable, name] of Object.entries(credentials))
      process.env[variable] = store.address[name as 'accessKey' | 'secretKey']
    process.env[token] = 'a-token'
    flags = ['--data-dir', join(folder, 'data')].concat(
      ['--set', `s3.endpoint="${store.address.endpoint}"`],
      ['--set', 's3.sources=["s3://incoming/mail"]'],
    )
  })
  after(async () => {
    listening?.child.kill('SIGKILL')
    await store?.stop()
    for (const variable of [...Object.keys(credentials), token]) delete process.env[variable]
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const until = async (running: Running, said: RegExp): Promise<void> => {
    while (!said.test(running.err())) {
      assert.equal(running.child.exitCode, null, running.err())
      await once(running.child.stderr!, 'data')
    }
  }

  it('publishes new objects, wherever they are allowed, also those announced before it listened', async () => {
    const client = clientOf(store.address)
    await makeBucket(store.address, 'incoming')
    const Events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*']
    await client.setBucketNotification('incoming', {
      QueueConfiguration: [{ Id: 'w', Queue: 'arn:minio:sqs:us-east-1:W1:webhook', Event: Events }],
    } as never)
    await client.putObject('incoming', 'mail/a letter+1.eml', letter)
    listening = startCli('publish', '--listen', String(port), ...flags)
    await until(listening, /listening for new objects at/)
    await until(listening, /published 1\n/)
    await client.putObject('incoming', 'other/secret.eml', letter)
    await until(listening, /left out an object: uri-not-allowed/)
    await client.putObject('incoming', 'mail/b.mbox', mbox)
    await until(listening, /(?:published 1\n[^]*){2}/)
    // The same notice again, as after an answer that was lost.
    const key = encodeURIComponent('mail/a letter+1.eml')
    const record = {
      eventName: 's3:ObjectCreated:Put',
      s3: { bucket: { name: 'incoming' }, object: { key } },
    }
    await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-token' },
      body: JSON.stringify({ Records: [record] }),
    })
    await until(listening, /(?:published 1\n[^]*){3}/)
    listening.child.kill('SIGTERM')
    const ended = await listening.ended
    assert.equal(ended.code, 0, ended.err)
    assert.match(ended.out, /published 3, left out 1/)
  })

  it('leaves the rest to the pipeline, which fetches from the bucket and processes nothing twice', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'))
    const ran = await runCli('start', '--source', empty, ...flags)
    assert.equal(ran.code, 0, ran.err)
    const config = loadOrFail('embedded', [
      { flag: '--data-dir', path: 'dataDir', value: join(folder, 'data') },
    ])
    const view = await openView(config)
    try {
      const uris = async (topic: 'archive.documents' | 'archive.containers') =>
        (await recordsOf<DocumentEvent | ContainerEvent>(view, topic)).map(
          ({ decoded }) => decoded.uri,
        )
      assert.deepEqual(await uris('archive.containers'), ['s3://incoming/mail/b.mbox'])
      const letters = (await uris('archive.documents')).filter((uri) => uri.endsWith('.eml'))
      const place = 's3://incoming/mail/a%20letter%2B1.eml'
      assert.deepEqual(letters, [place, place])
      const prepared = await recordsOf<PreparedDocument>(view, 'archive.prepared')
      const ids = prepared.map(({ decoded }) => decoded.documentId)
      // The letter, and the two of the mbox.
      assert.equal(ids.length, 3)
      assert.equal(new Set(ids).size, 3)
    } finally {
      await view.close()
    }
  })
})
