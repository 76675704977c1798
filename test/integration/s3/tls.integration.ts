import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import { startFakeS3, type FakeS3 } from '../../drivers/s3/fake-s3.ts'
import { openStore, shortLimits } from '../../drivers/s3/open-store.ts'
import { makeCertificate, passphrase } from '../../services/certificate.ts'

// Among the integration tests, as Java's tool makes the certificate.
describe('the S3 object store over TLS', () => {
  let folder: string
  let ca: string
  let fake: FakeS3
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-tls-'))
    const file = join(folder, 'store.p12')
    ca = await makeCertificate(file)
    fake = await startFakeS3({ tls: { pfx: await readFile(file), passphrase } })
  })
  after(async () => {
    await fake.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('writes and reads where the authority is trusted', async () => {
    const store = await openStore(fake.endpoint, { ca })
    assert.equal(await store.put('a', Buffer.from('hello')), 'created')
    assert.equal(await store.put('a', Buffer.from('hello')), 'exists')
    assert.equal(Buffer.from((await store.get(store.uriOf('a'))) ?? []).toString(), 'hello')
    fake.faults.push('400 BadDigest', 'reset')
    assert.equal(await store.put('b', Buffer.from('x')), 'created')
    await store.close()
  })

  it('says at once that the certificate is not trusted', async () => {
    fake.requests.length = 0
    await assert.rejects(
      openStore(fake.endpoint, { limits: shortLimits }),
      (error) =>
        error instanceof Fault &&
        error.kind === 'dependency-down' &&
        /certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\); correct the CA file/.test(
          error.message,
        ),
    )
    assert.deepEqual(fake.requests, [])
  })
})
