import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { asUri, type Uri } from '../../schemas/brands.ts'
import { SourceError, type SourceStore } from '../../topology/ports/source-store.ts'

/** A store with one readable source. */
export interface SourceStoreHarness {
  readonly store: SourceStore
  /** A source with exactly {@link sourceBytes}. */
  readonly uri: Uri
  readonly missing: Uri
  /** A folder or the like. */
  readonly folder: Uri
  /** Sources that exist, or look so, and must not be read, by what is tried. */
  readonly forbidden: Readonly<Record<string, Uri>>
  readonly destroy: () => Promise<void>
}

export const sourceBytes = Buffer.from(
  Array.from({ length: 700_000 }, (_, index) => (index * 31) & 0xff),
)

/** What every source store must do. */
export const describeSourceStore = (
  name: string,
  create: () => Promise<SourceStoreHarness>,
): void => {
  describe(`${name} as a source store`, () => {
    let harness: SourceStoreHarness
    before(async () => {
      harness = await create()
    })
    after(() => harness.destroy())

    const read = async (uri: Uri, range?: { start: number; end: number }) => {
      const pieces: Uint8Array[] = []
      for await (const piece of harness.store.read(uri, range)) pieces.push(piece)
      return Buffer.concat(pieces)
    }
    const codeOf = async (uri: Uri): Promise<readonly string[]> => {
      const codes: string[] = []
      for (const attempt of [() => harness.store.stat(uri), () => read(uri)])
        await attempt().then(
          () => codes.push('read'),
          (error: unknown) => {
            assert.ok(error instanceof SourceError, String(error))
            assert.ok(!error.message.includes('/'), 'no path in the message')
            codes.push(error.code)
          },
        )
      return codes
    }

    it('tells size and time', async () => {
      const found = await harness.store.stat(harness.uri)
      assert.equal(found.bytes, sourceBytes.length)
      assert.ok(Number.isSafeInteger(found.modifiedAt) && found.modifiedAt > 1e12)
    })

    it('reads the whole source in pieces', async () => {
      assert.ok(sourceBytes.equals(await read(harness.uri)))
    })

    it('reads half-open ranges and stops at the end', async () => {
      const at = { start: 300_000, end: 600_001 }
      assert.ok(sourceBytes.subarray(at.start, at.end).equals(await read(harness.uri, at)))
      const beyond = await read(harness.uri, { start: 699_990, end: 1e9 })
      assert.ok(sourceBytes.subarray(699_990).equals(beyond))
      assert.equal((await read(harness.uri, { start: 5, end: 5 })).length, 0)
    })

    it('ignores the fragment, which points into containers', async () => {
      const uri = asUri(`${harness.uri}#bytes=0-10`)
      assert.equal((await harness.store.stat(uri)).bytes, sourceBytes.length)
      assert.ok(sourceBytes.equals(await read(uri)))
    })

    it('says what is missing and what is no file', async () => {
      assert.deepEqual(await codeOf(harness.missing), ['not-found', 'not-found'])
      assert.deepEqual(await codeOf(harness.folder), ['not-a-file', 'not-a-file'])
    })

    it('refuses everything outside what is allowed', async () => {
      for (const [tried, uri] of Object.entries(harness.forbidden))
        assert.deepEqual(await codeOf(uri), ['uri-not-allowed', 'uri-not-allowed'], tried)
    })

    it('refuses what is not a URI', async () => {
      assert.deepEqual(await codeOf(asUri('not a uri')), ['uri-invalid', 'uri-invalid'])
    })
  })
}
