import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import { ObjectConflict, type ObjectStore } from '../../../topology/ports/object-store.ts'
import { describeObjectStore } from '../../contracts/object-store.contract.ts'
import { startFakeS3, type FakeS3, type FakeS3Options } from './fake-s3.ts'
import { openStore, shortLimits } from './open-store.ts'

const bytes = (text: string): Buffer => Buffer.from(text)

const namesOf = async (store: ObjectStore, prefix: string): Promise<readonly string[]> => {
  const names: string[] = []
  for await (const { name } of store.list(prefix)) names.push(name)
  return names
}

const describeOn = (
  name: string,
  options: FakeS3Options,
  conditionalWrites: 'required' | 'preferred',
): void =>
  describeObjectStore(name, async () => {
    const fake = await startFakeS3(options)
    let store = await openStore(fake.endpoint, { conditionalWrites })
    return {
      store,
      reopen: async () => {
        await store.close()
        store = await openStore(fake.endpoint, { conditionalWrites })
        return store
      },
      destroy: async () => {
        await store.close()
        await fake.close()
      },
    }
  })

describeOn('S3', {}, 'required')
describeOn('S3 in pages of two keys', { pageKeys: 2 }, 'required')
describeOn('S3 that ignores ranges', { ignoresRanges: true }, 'required')
describeOn('S3 without conditional writes', { overwrites: true }, 'preferred')

describe('the S3 object store', () => {
  let fake: FakeS3
  beforeEach(async () => {
    fake = await startFakeS3()
  })
  afterEach(() => fake.close())

  const open = () => openStore(fake.endpoint, { limits: shortLimits })
  const keys = () => [...fake.objects.keys()]

  it('names objects by bucket, prefix and name', async () => {
    const store = await open()
    await store.put('parquet/tenant=a/x.parquet', bytes('x'))
    assert.deepEqual(keys(), ['archive/parquet/tenant=a/x.parquet'])
    const uri = store.uriOf('parquet/tenant=a/x.parquet')
    assert.equal(uri, 's3://bucket/archive/parquet/tenant=a/x.parquet')
    assert.equal(store.uriOf('a%40b/é +'), 's3://bucket/archive/a%2540b/%C3%A9%20+')
    await store.close()
  })

  it('leaves nothing of its probe behind, and never lists what is no object', async () => {
    const store = await open()
    assert.deepEqual(keys(), [])
    for (const key of ['archive/.probe/x', 'archive/', 'archive-2/x', 'other'])
      fake.set(key, bytes(''))
    await store.put('a', bytes('x'))
    const names = await namesOf(store, '')
    assert.deepEqual(names, ['a'])
    await store.close()
  })

  it('refuses to work on a store that overwrites, and says what to do', async () => {
    const overwriting = await startFakeS3({ overwrites: true })
    await assert.rejects(
      openStore(overwriting.endpoint),
      (error) =>
        error instanceof Fault && error.kind === 'fatal' && /preferred/.test(error.message),
    )
    const notices: string[] = []
    const notice = (message: string) => void notices.push(message)
    const store = await openStore(overwriting.endpoint, { conditionalWrites: 'preferred', notice })
    assert.equal(notices.length, 1)
    await store.put('a', bytes('mine'))
    overwriting.onPut = (key) => overwriting.set(key, bytes('other'))
    await assert.rejects(store.put('b', bytes('mine')), ObjectConflict)
    await store.close()
    await overwriting.close()
  })

  it('goes on where an answer broke off', async () => {
    const store = await open()
    const whole = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) & 0xff))
    await store.put('a', whole)
    for (const fault of ['truncate', 'short', 'stall-body'] as const) {
      fake.requests.length = 0
      fake.faults.push(fault, fault)
      assert.ok(whole.equals((await store.get(store.uriOf('a'))) ?? bytes('')), fault)
      const [, second, third] = fake.requests
      assert.equal(second?.range, 'bytes=150000-', fault)
      assert.equal(third?.range, 'bytes=225000-', fault)
    }
    await store.close()
  })

  it('gives each object in memory of its own, whatever is read afterwards', async () => {
    const store = await open()
    const objects = ['a', 'b', 'c'].map((each) => Buffer.alloc(10_000, each))
    for (const [index, object] of objects.entries()) await store.put(String(index), object)
    const read: (Uint8Array | undefined)[] = []
    for (const index of objects.keys()) read.push(await store.get(store.uriOf(String(index))))
    for (const [index, object] of objects.entries()) {
      assert.deepEqual(read[index], object)
      assert.equal(read[index]?.buffer.byteLength, object.length)
    }
  })

  it('begins anew when the object is another one by then', async () => {
    const store = await open()
    await store.put('a', bytes('0123456789'))
    fake.faults.push('truncate')
    const reading = store.get(store.uriOf('a'))
    fake.faults.push(undefined)
    const original = fake.objects.get('archive/a')
    assert.ok(original)
    const [first] = await Promise.all([reading, replaceSoon()])
    assert.equal(Buffer.from(first ?? []).toString(), 'abcdefghij')
    await store.close()

    /** Between the two requests: the first one has been answered from the old object. */
    async function replaceSoon() {
      while (fake.requests.filter(({ method }) => method === 'GET').length < 1)
        await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
      fake.set('archive/a', bytes('abcdefghij'))
    }
  })

  it('tells bytes that are not those that were put', async () => {
    const store = await open()
    await store.put('a', bytes('hello'))
    fake.faults.push('flip')
    assert.equal(
      String(await store.get(store.uriOf('a')).then((all) => Buffer.from(all ?? []))),
      'hello',
    )
    const stored = fake.objects.get('archive/a')
    assert.ok(stored)
    stored.bytes[0]! ^= 1
    await assert.rejects(
      store.get(store.uriOf('a')),
      (error) => error instanceof Fault && /damaged/.test(error.message),
    )
    await store.close()
  })

  it('holds bytes against the sum that is beside them, and reads what others wrote without one', async () => {
    const store = await open()
    await store.put('a', bytes('hello'))
    const stored = fake.objects.get('archive/a')
    assert.ok(stored)
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
    assert.deepEqual(stored.meta, {
      'x-amz-meta-sha256': sha256,
      'x-amz-meta-crc32': '3610a686',
    })
    const get = async () => String(Buffer.from((await store.get(store.uriOf('a'))) ?? []))
    const other = '0'.repeat(64)
    const sums: readonly (readonly [meta: Record<string, string>, whole: boolean])[] = [
      [{}, true],
      [{ 'x-amz-meta-crc32': '3610a686' }, true],
      [{ 'x-amz-meta-crc32': '3610a687' }, false],
      [{ 'x-amz-meta-crc32': '3610a687', 'x-amz-meta-sha256': sha256 }, false],
      [{ 'x-amz-meta-sha256': sha256 }, true],
      [{ 'x-amz-meta-sha256': other }, false],
      [{ 'x-amz-meta-sha256': other, 'x-amz-meta-crc32': "another's" }, false],
      [{ 'x-amz-meta-sha256': sha256, 'x-amz-meta-crc32': "another's" }, true],
    ]
    for (const [meta, whole] of sums) {
      fake.objects.set('archive/a', { ...stored, meta })
      if (whole) assert.equal(await get(), 'hello')
      else await assert.rejects(get, /damaged/, JSON.stringify(meta))
    }
    await store.close()
  })

  it('lists ten thousand objects', async () => {
    const store = await open()
    for (let n = 0; n < 10_000; n++) fake.set(`archive/a/${String(n).padStart(5, '0')}`, bytes(''))
    const names = await namesOf(store, 'a/')
    assert.equal(names.length, 10_000)
    assert.equal(names[9_999], 'a/09999')
    await store.close()
  })

  it('only reads when opened for reading', async () => {
    const store = await openStore(fake.endpoint, { readOnly: true })
    assert.equal(fake.requests.length, 0)
    await assert.rejects(store.put('a', bytes('')), /reading only/)
    await store.close()
  })

  const said: readonly (readonly [string, Fault['kind'], RegExp])[] = [
    ['404 NoSuchBucket', 'dependency-down', /no such bucket/],
    ['403 AccessDenied', 'dependency-down', /access is denied/],
    ['403 InvalidAccessKeyId', 'fatal', /credentials are wrong/],
    ['403 SignatureDoesNotMatch', 'fatal', /credentials are wrong/],
    ['403 ExpiredToken', 'fatal', /credentials have expired/],
    ['507 XMinioStorageFull', 'dependency-down', /no space left/],
    [
      '403 RequestTimeTooSkewed',
      'dependency-down',
      /clocks of the store and of this machine differ by 0 min/,
    ],
    ['400 AuthorizationHeaderMalformed', 'dependency-down', /another region/],
    ['503 SlowDown', 'transient', /503 SlowDown/],
    ['html', 'dependency-down', /a web page answers .* correct the endpoint/],
    ['redirect', 'dependency-down', /redirects elsewhere .* not followed/],
    ['stall', 'transient', /nothing for/],
    ['reset', 'transient', /connection failed/],
    ['garbage', 'transient', /connection failed/],
  ]
  for (const [fault, kind, message] of said)
    it(`says what is wrong and what to do after ${fault}`, async () => {
      const store = await open()
      for (const work of [
        () => store.put('a', bytes('x')),
        () => store.get(store.uriOf('a')),
        () => store.remove(store.uriOf('a')),
        () => namesOf(store, ''),
      ]) {
        fake.faults.length = 0
        fake.faults.push(...Array.from({ length: 20 }, () => fault as '503 SlowDown'))
        await assert.rejects(work, (error) => {
          assert.ok(error instanceof Fault, String(error))
          assert.equal(error.kind, kind)
          assert.match(error.message, message)
          assert.match(error.message, /^bucket bucket at http:\/\/127\.0\.0\.1:\d+: /)
          assert.doesNotMatch(error.message, /test-secret|secret text/)
          return true
        })
      }
      fake.faults.length = 0
      await store.close()
    })

  it('says that a store does not answer', async () => {
    await fake.close()
    await assert.rejects(
      openStore(fake.endpoint, { limits: shortLimits }),
      (error) =>
        error instanceof Fault &&
        error.kind === 'dependency-down' &&
        /ECONNREFUSED/.test(error.message),
    )
  })
})
