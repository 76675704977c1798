import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import { createS3SourceStore, type S3SourceStore } from '../../../drivers/s3/s3-source-store.ts'
import { createSourceStoreByScheme } from '../../../drivers/s3/source-store-by-scheme.ts'
import { asUri } from '../../../schemas/brands.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { SourceError, type SourceStore } from '../../../topology/ports/source-store.ts'
import { describeSourceStore, sourceBytes } from '../../contracts/source-store.contract.ts'
import { startFakeS3, type FakeS3 } from './fake-s3.ts'
import { connectionTo, shortLimits } from './open-store.ts'

const open = ({ endpoint }: FakeS3, roots = ['s3://bucket/mail/']): S3SourceStore =>
  createS3SourceStore({ connections: [connectionTo(endpoint, shortLimits)], roots })

describeSourceStore('the S3 store', async () => {
  const fake = await startFakeS3()
  const store = open(fake)
  fake.set('mail/a file.bin', sourceBytes)
  fake.set('mail-secret/x', Buffer.from('secret'))
  fake.set('x', Buffer.from('secret'))
  const { host } = new URL(fake.endpoint)
  return {
    store,
    uri: asUri('s3://bucket/mail/a%20file.bin'),
    missing: asUri('s3://bucket/mail/missing'),
    folder: asUri('s3://bucket/mail/inside/'),
    forbidden: {
      'another folder': asUri('s3://bucket/x'),
      'a folder that begins like the root': asUri('s3://bucket/mail-secret/x'),
      dots: asUri('s3://bucket/mail/../x'),
      'encoded dots': asUri('s3://bucket/mail/%2e%2e/x'),
      'another bucket': asUri('s3://other/mail/x'),
      'another endpoint': asUri('minio://169.254.169.254/bucket/mail/x'),
      'another port': asUri('minio://127.0.0.1:1/bucket/mail/x'),
      'a name for the endpoint': asUri(`minio://localhost:${host.split(':')[1]}/bucket/mail/x`),
      'a user in the URI': asUri(`s3://user:secret@bucket/mail/x`),
      'a query': asUri('s3://bucket/mail/x?versionId=1'),
      'a file': asUri('file:///etc/passwd'),
      'another scheme': asUri('http://169.254.169.254/latest/meta-data/'),
    },
    destroy: async () => {
      await store.close()
      await fake.close()
    },
  }
})

describe('the S3 source store', () => {
  let fake: FakeS3
  let store: S3SourceStore
  beforeEach(async () => {
    fake = await startFakeS3()
    fake.set('mail/a', sourceBytes)
    store = open(fake)
  })
  afterEach(async () => {
    await store.close()
    await fake.close()
  })

  const read = async (from: SourceStore, uri: string): Promise<Buffer> => {
    const pieces: Uint8Array[] = []
    for await (const piece of from.read(asUri(uri))) pieces.push(piece)
    return Buffer.concat(pieces)
  }
  const codeOf = (uri: string): Promise<string> =>
    store.stat(asUri(uri)).then(
      () => 'read',
      (error: unknown) => (error instanceof SourceError ? error.code : String(error)),
    )

  it('reads the same place by either scheme', async () => {
    const { host } = new URL(fake.endpoint)
    assert.ok(sourceBytes.equals(await read(store, 's3://bucket/mail/a')))
    assert.ok(sourceBytes.equals(await read(store, `minio://${host}/bucket/mail/a`)))
  })

  it('asks the store nothing before the URI is judged', async () => {
    for (const uri of ['s3://bucket/x', 's3://bucket/mail/../x', 'minio://evil/bucket/mail/a'])
      assert.equal(await codeOf(uri), 'uri-not-allowed')
    assert.deepEqual(fake.requests, [])
  })

  it('refuses separators and control characters that hide behind percent signs', async () => {
    for (const hidden of ['%2F', '%2f', '%00', '%0A', '%7f'])
      assert.equal(await codeOf(`s3://bucket/mail/..${hidden}x`), 'uri-invalid', hidden)
    assert.equal(await codeOf('s3://bucket/mail/%zz'), 'uri-invalid')
  })

  it('goes on where an answer broke off', async () => {
    fake.faults.push('truncate', 'short', 'stall-body')
    assert.ok(sourceBytes.equals(await read(store, 's3://bucket/mail/a')))
    assert.equal(fake.requests.length, 4)
  })

  it('tells a source that changed while it was read from a whole one', async () => {
    fake.faults.push('truncate')
    const pieces = store.read(asUri('s3://bucket/mail/a'))[Symbol.asyncIterator]()
    await pieces.next()
    fake.set('mail/a', Buffer.from('another'))
    const rest = async () => {
      for (let next = await pieces.next(); !next.done; next = await pieces.next());
    }
    await assert.rejects(
      rest,
      (error) => error instanceof Fault && error.dependency === 'source-store',
    )
  })

  it('takes an object that is denied for unreadable, and denied credentials for a fault', async () => {
    fake.faults.push('403 AccessDenied')
    assert.equal(await codeOf('s3://bucket/mail/a'), 'not-readable')
    for (const fault of ['403 InvalidAccessKeyId', '404 NoSuchBucket', 'html'] as const) {
      fake.faults.push(fault)
      assert.match(await codeOf('s3://bucket/mail/a'), /^Fault: bucket bucket at /, fault)
    }
  })

  it('picks the store by the scheme', async () => {
    const never: SourceStore = {
      stat: () => Promise.reject(new SourceError('uri-not-allowed', 'never')),
      read: () => {
        throw new SourceError('uri-not-allowed', 'never')
      },
    }
    const both = createSourceStoreByScheme({ s3: store }, never)
    assert.ok(sourceBytes.equals(await read(both, 's3://bucket/mail/a')))
    await assert.rejects(read(both, 'file:///etc/passwd'), SourceError)
    await assert.rejects(read(both, 'nothing'), SourceError)
  })
})

describe('a redirect of a source', () => {
  let asked = 0
  const target = createServer((_, response) => {
    asked += 1
    response.end('secret')
  })
  const redirecting = createServer((_, response) => {
    const { port } = target.address() as AddressInfo
    response.writeHead(307, { location: `http://127.0.0.1:${port}/latest/meta-data/` }).end()
  })
  before(async () => {
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve))
  })
  after(() => {
    for (const server of [target, redirecting]) server.close()
    for (const server of [target, redirecting]) server.closeAllConnections()
  })

  it('is not followed', async () => {
    const { port } = redirecting.address() as AddressInfo
    const connection = connectionTo(`http://127.0.0.1:${port}`, shortLimits)
    const store = createS3SourceStore({ connections: [connection], roots: ['s3://bucket'] })
    await assert.rejects(
      store.stat(asUri('s3://bucket/a')),
      (error) => error instanceof Fault && /redirects elsewhere/.test(error.message),
    )
    assert.equal(asked, 0)
    await store.close()
  })
})
