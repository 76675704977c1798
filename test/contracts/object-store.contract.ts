import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { ObjectConflict, type ObjectStore } from '../../topology/ports/object-store.ts'

export interface ObjectStoreHarness {
  readonly store: ObjectStore
  /** Ends the store and opens the same data again. */
  readonly reopen: () => Promise<ObjectStore>
  readonly destroy: () => Promise<void>
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What every object store must do. */
export const describeObjectStore = (
  name: string,
  create: () => Promise<ObjectStoreHarness>,
  { many = false }: { readonly many?: boolean } = {},
): void => {
  describe(`${name} as an object store`, () => {
    let harness: ObjectStoreHarness
    let store: ObjectStore

    const get = async (object: string) => store.get(store.uriOf(object))
    const list = async (prefix: string) => {
      const names: string[] = []
      for await (const entry of store.list(prefix)) names.push(entry.name)
      return names
    }

    beforeEach(async () => {
      harness = await create()
      store = harness.store
    })
    afterEach(() => harness.destroy())

    it('gives back what was put', async () => {
      assert.equal(await store.put('a/b/c.avro', bytes('hello')), 'created')
      assert.deepEqual(Buffer.from((await get('a/b/c.avro')) ?? []), Buffer.from('hello'))
    })

    it('keeps what was put when its array is used for something else, or its memory given back', async () => {
      const options: object = { maxByteLength: 2 ** 20 }
      const buffer = Reflect.construct(ArrayBuffer, [2 ** 16, options]) as ArrayBuffer & {
        readonly resize: (length: number) => void
      }
      const array = Buffer.from(buffer, 0, 50_000).fill(7)
      await store.put('large', array)
      array.fill(8)
      buffer.resize(0)
      const kept = Buffer.from((await get('large')) ?? [])
      assert.equal(kept.compare(Buffer.alloc(50_000, 7)), 0)
    })

    it('takes an empty object', async () => {
      await store.put('empty', new Uint8Array())
      assert.equal((await get('empty'))?.length, 0)
    })

    it('answers undefined for what is not there', async () => {
      assert.equal(await get('nothing/here'), undefined)
    })

    it('answers exists for equal bytes under the same name', async () => {
      await store.put('a', bytes('x'))
      assert.equal(await store.put('a', bytes('x')), 'exists')
    })

    it('refuses other bytes under the same name and keeps the first', async () => {
      await store.put('a', bytes('x'))
      await assert.rejects(store.put('a', bytes('y')), ObjectConflict)
      assert.deepEqual(Buffer.from((await get('a')) ?? []), Buffer.from('x'))
    })

    it('lets exactly one of many writers create an object', async () => {
      const answers = await Promise.all(
        Array.from({ length: 16 }, () => store.put('raced', bytes('same'))),
      )
      assert.equal(answers.filter((answer) => answer === 'created').length, 1)
    })

    it('reads half-open ranges, cut at the end of the object', async () => {
      await store.put('a', bytes('0123456789'))
      const read = async (start: number, end: number) =>
        Buffer.from((await store.get(store.uriOf('a'), { start, end })) ?? 'missing').toString()
      assert.equal(await read(2, 5), '234')
      assert.equal(await read(8, 50), '89')
      assert.equal(await read(4, 4), '')
    })

    it('lists names by prefix in code-unit order, with their sizes', async () => {
      for (const each of ['a/x', 'a-b', 'a/é', 'ab', 'a/x=1/y', 'b'])
        await store.put(each, bytes(each))
      assert.deepEqual(await list('a'), ['a-b', 'a/x', 'a/x=1/y', 'a/é', 'ab'])
      assert.deepEqual(await list('a/'), ['a/x', 'a/x=1/y', 'a/é'])
      assert.deepEqual(await list('a/x='), ['a/x=1/y'])
      assert.deepEqual(await list('zzz'), [])
      for await (const entry of store.list('b')) {
        assert.equal(entry.bytes, 1)
        assert.equal(entry.uri, store.uriOf('b'))
      }
    })

    it('lists and reads names whatever characters they have', async () => {
      const names = ["a &amp; 'b' +c", 'a%2Fb', 'a+b', 'a,b;c=d@e~(f)![g]', '007', 'ünï/ço dé']
      for (const each of names) await store.put(each, bytes(each))
      assert.deepEqual(await list(''), names.toSorted())
      for await (const { name: each, uri } of store.list(''))
        assert.equal(Buffer.from((await store.get(uri)) ?? []).toString(), each)
    })

    // Where it takes long, another test says the same.
    if (many)
      it('lists ten thousand names, each once and in order', async function () {
        this.timeout(120_000)
        const names = Array.from({ length: 10_000 }, (_, n) => `many/${String(n).padStart(5, '0')}`)
        const waiting = names.toReversed()
        const work = async (): Promise<void> => {
          for (let next = waiting.pop(); next; next = waiting.pop())
            await store.put(next, bytes('x'))
        }
        await Promise.all(Array.from({ length: 32 }, work))
        assert.deepEqual(await list('many/'), names)
        assert.deepEqual(await list('many/0999'), names.slice(9_990))
      })

    it('removes an object, and again without complaint', async () => {
      await store.put('a/b', bytes('x'))
      await store.remove(store.uriOf('a/b'))
      assert.equal(await get('a/b'), undefined)
      await store.remove(store.uriOf('a/b'))
      assert.equal(await store.put('a/b', bytes('y')), 'created')
    })

    it('replaces an object, unless it is no longer the one that the new bytes were made from', async () => {
      await store.put('a/b', bytes('old'))
      const uri = store.uriOf('a/b')
      assert.equal(await store.replace(uri, bytes('old'), bytes('newer')), 'replaced')
      assert.equal(Buffer.from((await get('a/b')) ?? []).toString(), 'newer')
      assert.equal(await store.replace(uri, bytes('old'), bytes('lost')), 'changed')
      assert.equal(Buffer.from((await get('a/b')) ?? []).toString(), 'newer')
      assert.equal(await store.replace(store.uriOf('none'), bytes(''), bytes('x')), 'changed')
      assert.equal(await get('none'), undefined)
      assert.deepEqual(await list(''), ['a/b'])
      store = await harness.reopen()
      assert.equal(Buffer.from((await get('a/b')) ?? []).toString(), 'newer')
    })

    it('lets exactly one of many replace an object', async () => {
      await store.put('a', bytes('old'))
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, n) =>
          store.replace(store.uriOf('a'), bytes('old'), bytes(`new ${n}`)),
        ),
      )
      assert.equal(answers.filter((answer) => answer === 'replaced').length, 1)
      const winner = answers.indexOf('replaced')
      assert.equal(Buffer.from((await get('a')) ?? []).toString(), `new ${winner}`)
    })

    it('keeps objects over a restart', async () => {
      await store.put('a', bytes('x'))
      store = await harness.reopen()
      assert.deepEqual(Buffer.from((await get('a')) ?? []), Buffer.from('x'))
    })

    it('refuses names that lead out of the store or hide in it', async () => {
      const bad = ['', '/a', 'a/', 'a//b', '..', 'a/../b', '.hidden', 'a/.tmp/b', 'a\\b', 'a\0b']
      for (const each of bad) await assert.rejects(store.put(each, bytes('x')), RangeError)
      assert.deepEqual(await list(''), [])
    })
  })
}
