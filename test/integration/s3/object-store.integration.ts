import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, it } from 'mocha'
import { presignedUrl } from '../../../drivers/s3/presign.ts'
import { createS3ObjectStore } from '../../../drivers/s3/s3-object-store.ts'
import { defaultS3Limits, type S3ObjectStoreOptions } from '../../../drivers/s3/options.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { systemRandom } from '../../../drivers/system/system-random.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { ObjectConflict } from '../../../topology/ports/object-store.ts'
import { describeObjectStore } from '../../contracts/object-store.contract.ts'
import { clientOf, makeBucket, s3Names, type S3Address, type S3Name } from '../../services/s3.ts'
import { objectStore } from '../../services/services.ts'

const bucket = `objects-${randomUUID().slice(0, 8)}`

const addressOf = async (name: S3Name): Promise<S3Address> => (await objectStore(name)).address

const optionsFor = (
  { endpoint, accessKey, secretKey }: S3Address,
  prefix: string,
): S3ObjectStoreOptions => ({
  endpoint,
  credentials: { accessKey, secretKey },
  region: 'us-east-1',
  connections: 16,
  limits: defaultS3Limits,
  clock: systemClock,
  random: systemRandom,
  bucket,
  prefix,
  conditionalWrites: 'required',
})

/** The client's types leave out that it answers a promise. */
interface Holding {
  readonly setObjectLegalHold: (of: string, key: string, hold: { status: string }) => Promise<void>
}

const hold = (address: S3Address, of: string, key: string, status: 'ON' | 'OFF'): Promise<void> =>
  (clientOf(address) as unknown as Holding).setObjectLegalHold(of, key, { status })

for (const name of s3Names)
  describe(`real ${name}`, () => {
    let address: S3Address
    before(async () => {
      address = await addressOf(name)
      await makeBucket(address, bucket)
    })

    describeObjectStore(
      name,
      async () => {
        const options = optionsFor(address, `contract/${randomUUID()}`)
        let store = await createS3ObjectStore(options)
        return {
          store,
          reopen: async () => {
            await store.close()
            store = await createS3ObjectStore(options)
            return store
          },
          destroy: () => store.close(),
        }
      },
      // MinIO waits for its disk at each of them; the three pages below say the same.
      { many: name === 'versitygw' },
    )

    it('keeps 64 MiB whole', async () => {
      const store = await createS3ObjectStore(optionsFor(address, randomUUID()))
      const large = Buffer.alloc(64 * 1024 * 1024, 'a line of text\n')
      assert.equal(await store.put('large', large), 'created')
      assert.equal(await store.put('large', large), 'exists')
      const there = await store.get(store.uriOf('large'))
      assert.ok(there && large.equals(there))
      await store.close()
    })

    it('gives URLs that anybody may read by until they expire', async () => {
      const options = optionsFor(address, randomUUID())
      const store = await createS3ObjectStore(options)
      await store.put('tenant=a b/k.json', Buffer.from('{"text":1}'))
      const uri = store.uriOf('tenant=a b/k.json')
      const answer = await fetch(await presignedUrl(options, uri, 60, new Date()))
      assert.deepEqual([answer.status, await answer.text()], [200, '{"text":1}'])
      const anHourAgo = new Date(Date.now() - 3_600_000)
      const late = await fetch(await presignedUrl(options, uri, 60, anHourAgo))
      assert.equal(late.status, 403)
      await store.close()
    })

    it('sets tags on what is written and on what is replaced', async () => {
      const tags = { owner: 'archive team', retention: '7y' }
      const store = await createS3ObjectStore({ ...optionsFor(address, 'tagged'), tags })
      await store.put(`${name}/a`, Buffer.from('1'))
      const read = async () => {
        const found = await clientOf(address).getObjectTagging(bucket, `tagged/${name}/a`)
        return Object.fromEntries(found.map(({ Key, Value }) => [Key, Value]))
      }
      assert.deepEqual(await read(), tags)
      await store.replace(store.uriOf(`${name}/a`), Buffer.from('1'), Buffer.from('2'))
      assert.deepEqual(await read(), tags)
      await store.close()
    })

    it('leaves no older version of what is replaced or removed', async () => {
      const client = clientOf(address)
      const own = `versions-${randomUUID().slice(0, 8)}`
      await client.makeBucket(own, 'us-east-1')
      await client.setBucketVersioning(own, { Status: 'Enabled' })
      const versions = async (): Promise<number> => {
        let count = 0
        for await (const _ of client.listObjects(own, '', true, { IncludeVersion: true })) count++
        return count
      }
      const store = await createS3ObjectStore({ ...optionsFor(address, 'p'), bucket: own })
      assert.equal(await versions(), 0)
      for (const each of ['a', 'a+b', 'ab']) await store.put(each, Buffer.from('text'))
      await store.replace(store.uriOf('a'), Buffer.from('text'), Buffer.from('without'))
      assert.equal(await versions(), 3)
      await store.remove(store.uriOf('a'))
      await store.remove(store.uriOf('a+b'))
      assert.equal(await versions(), 1)
      // Somebody else's mark hides it, and what is under it goes as well.
      await client.removeObject(own, 'p/ab')
      assert.equal(await versions(), 2)
      await store.remove(store.uriOf('ab'))
      assert.equal(await versions(), 0)
      await store.close()
    })

    it('waits with what is locked until it is let go, and says that it may not', async () => {
      const client = clientOf(address)
      const own = `locked-${randomUUID().slice(0, 8)}`
      await client.makeBucket(own, 'us-east-1', { ObjectLocking: true })
      const store = await createS3ObjectStore({ ...optionsFor(address, 'p'), bucket: own })
      await store.put('held', Buffer.from('text'))
      await hold(address, own, 'p/held', 'ON')
      await assert.rejects(
        store.remove(store.uriOf('held')),
        (error) => error instanceof Fault && error.kind === 'dependency-down',
      )
      assert.equal(String(await store.get(store.uriOf('held'))), 'text')
      await hold(address, own, 'p/held', 'OFF')
      await store.remove(store.uriOf('held'))
      assert.equal(await store.get(store.uriOf('held')), undefined)
      await store.close()
    })

    it('lists three pages in order', async () => {
      const store = await createS3ObjectStore(optionsFor(address, randomUUID()))
      const names = Array.from({ length: 2_100 }, (_, n) => `a/${String(n).padStart(5, '0')}`)
      for (let at = 0; at < names.length; at += 100)
        await Promise.all(
          names.slice(at, at + 100).map((each) => store.put(each, Buffer.from(each))),
        )
      const listed: string[] = []
      for await (const entry of store.list('a/')) listed.push(entry.name)
      assert.deepEqual(listed, names)
      await store.close()
    })

    it('lets one of many writers with other bytes win, thirty times', async () => {
      const store = await createS3ObjectStore(optionsFor(address, randomUUID()))
      for (let round = 0; round < 30; round++) {
        const answers = await Promise.allSettled(
          Array.from({ length: 8 }, (_, n) => store.put(`r${round}`, Buffer.from(`writer ${n}`))),
        )
        const won = answers.filter(({ status }) => status === 'fulfilled')
        assert.equal(won.length, 1)
        for (const answer of answers)
          if (answer.status === 'rejected') assert.ok(answer.reason instanceof ObjectConflict)
        const winner = answers.findIndex(({ status }) => status === 'fulfilled')
        const there = await store.get(store.uriOf(`r${round}`))
        assert.equal(Buffer.from(there ?? []).toString(), `writer ${winner}`)
      }
      await store.close()
    })

    const rejects = (change: Partial<S3ObjectStoreOptions>, kind: Fault['kind'], said: RegExp) =>
      assert.rejects(
        createS3ObjectStore({ ...optionsFor(address, 'x'), ...change }),
        (error) => error instanceof Fault && error.kind === kind && said.test(error.message),
      )

    it('says that a bucket is missing, and that credentials are wrong', async () => {
      const { accessKey, secretKey } = address
      await rejects({ bucket: 'nowhere' }, 'dependency-down', /no such bucket/)
      const wrongSecret = { accessKey, secretKey: 'wrong-secret' }
      await rejects({ credentials: wrongSecret }, 'fatal', /credentials are wrong/)
      const wrongUser = { accessKey: 'nobody', secretKey }
      await rejects({ credentials: wrongUser }, 'fatal', /credentials are wrong/)
    })

    it('goes on after the store was killed and came back', async function () {
      const { native } = await objectStore(name)
      // A store given by its address is not ours to kill.
      if (!native) this.skip()
      const limits = { ...defaultS3Limits, attempts: 30 }
      const store = await createS3ObjectStore({ ...optionsFor(address, randomUUID()), limits })
      await store.put('before', Buffer.from('x'))
      const during = Array.from({ length: 20 }, (_, n) => `during/${n}`)
      await Promise.all([
        native.restart(),
        ...during.map((each) => store.put(each, Buffer.from(each))),
      ])
      const names: string[] = []
      for await (const entry of store.list('')) names.push(entry.name)
      assert.equal(names.length, 21)
      await store.close()
    })
  })
