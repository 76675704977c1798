import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { asUri } from '../../../schemas/brands.ts'
import { createFetch, type FetchOutcome } from '../../../processors/fetch/fetch.ts'
import { defaultFetchOptions, type FetchOptions } from '../../../processors/fetch/options.ts'
import type { SourceStore } from '../../../topology/ports/source-store.ts'
import { aZip } from './a-zip.ts'
import { memorySources } from './memory-sources.ts'

const fetching = async (
  sources: SourceStore,
  uri: string,
  options: Partial<FetchOptions> = {},
  sha256?: string,
): Promise<FetchOutcome> =>
  await createFetch({ ...defaultFetchOptions, ...options })(
    { uri: asUri(uri), ...(sha256 !== undefined && { sha256 }) },
    sources,
  )

const contentOf = (outcome: FetchOutcome): string =>
  outcome.kind === 'fetched' ? Buffer.from(outcome.content).toString() : `refused: ${outcome.code}`

const codeOf = (outcome: FetchOutcome): string =>
  outcome.kind === 'refused' ? outcome.code : 'fetched'

describe('fetch', () => {
  it('reads a whole file and hashes it', async () => {
    const outcome = await fetching(memorySources({ 'file:///a.eml': 'hello' }, 2), 'file:///a.eml')
    assert.equal(contentOf(outcome), 'hello')
    assert.equal(
      outcome.kind === 'fetched' && outcome.contentHash,
      createHash('sha256').update('hello').digest('hex'),
    )
  })

  it('reads only the range of a range', async () => {
    const sources = memorySources({ 'file:///a.mbox': 'x'.repeat(100_000) + 'hello' }, 10)
    assert.equal(contentOf(await fetching(sources, 'file:///a.mbox#bytes=100000-100004')), 'hello')
    assert.equal(sources.bytesRead('file:///a.mbox'), 5)
  })

  it('reads an entry of a zip without reading the rest', async () => {
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) & 255))
    const zip = aZip([
      { name: 'noise.bin', content: noise },
      { name: 'mail/a b.eml', content: 'hello' },
    ])
    const sources = memorySources({ 'file:///k.zip': zip })
    assert.equal(contentOf(await fetching(sources, 'file:///k.zip#entry=mail/a%20b.eml')), 'hello')
    assert.equal(codeOf(await fetching(sources, 'file:///k.zip#entry=other.eml')), 'entry-missing')
  })

  it('makes an object of a row and its header', async () => {
    const table = 'id,Review Text\r\n1,"nice, ""really""\r\nnice"\r\n2,bad\r\n'
    const sources = memorySources({ 'file:///r.csv': table })
    const row = table.indexOf('1,')
    const end = table.indexOf('2,') - 1
    assert.deepEqual(
      JSON.parse(
        contentOf(await fetching(sources, `file:///r.csv#row=1&bytes=${row}-${end}&header=0-15`)),
      ),
      { id: '1', 'Review Text': 'nice, "really"\r\nnice' },
    )
  })

  it('puts names to the users of a Slack day, in a folder and in a zip', async () => {
    const users = JSON.stringify([
      { id: 'U00000001', name: 'ada', profile: { display_name: 'Ada L' } },
      { id: 'U00000002', name: 'bob' },
    ])
    const day = '[{"type":"message","user":"U00000001","text":"hi","ts":"1700000000.0"}]'
    const expected = {
      channel: 'general',
      users: { U00000001: 'Ada L' },
      messages: JSON.parse(day) as unknown,
    }
    const folder = memorySources({
      'file:///x/users.json': users,
      'file:///x/general/2016-01-01.json': day,
    })
    const uri = 'file:///x/general/2016-01-01.json#users=../users.json'
    assert.deepEqual(JSON.parse(contentOf(await fetching(folder, uri))), expected)
    const zip = memorySources({
      'file:///k.zip': aZip([
        { name: 'users.json', content: users },
        { name: 'general/2016-01-01.json', content: day },
      ]),
    })
    const entry = 'file:///k.zip#entry=general/2016-01-01.json&users=users.json'
    assert.deepEqual(JSON.parse(contentOf(await fetching(zip, entry))), expected)
    const alone = memorySources({ 'file:///x/general/2016-01-01.json': day })
    assert.match(contentOf(await fetching(alone, uri)), /"users":\{\}/)
  })

  it('answers a missing file, a URI that is not allowed and a short file with a code', async () => {
    const sources = memorySources({ 'file:///a.eml': 'hello' })
    assert.equal(codeOf(await fetching(sources, 'file:///b.eml')), 'not-found')
    assert.equal(codeOf(await fetching(sources, 'file:///x/../etc/passwd')), 'uri-not-allowed')
    assert.equal(codeOf(await fetching(sources, 'nonsense')), 'uri-invalid')
    assert.equal(codeOf(await fetching(sources, 'file:///a.eml#bytes=3-9')), 'range-outside')
  })

  it('checks the checksum of the event', async () => {
    const sources = memorySources({ 'file:///a.eml': 'hello' })
    const right = createHash('sha256').update('hello').digest('hex')
    assert.equal(
      contentOf(await fetching(sources, 'file:///a.eml', {}, right.toUpperCase())),
      'hello',
    )
    const wrong = await fetching(sources, 'file:///a.eml', {}, right.replace(/^./, 'x'))
    assert.equal(codeOf(wrong), 'checksum-mismatch')
  })

  it('stops reading a file at the limit, whatever its size', async () => {
    const sources = memorySources({ 'file:///a.eml': 'x'.repeat(1000) }, 10)
    assert.equal(codeOf(await fetching(sources, 'file:///a.eml', { maxBytes: 50 })), 'too-large')
    assert.ok(sources.bytesRead('file:///a.eml') <= 60)
  })

  it('refuses a range that is too large unread', async () => {
    const sources = memorySources({ 'file:///a.eml': 'x'.repeat(1000) }, 10)
    const range = 'file:///a.eml#bytes=0-99'
    assert.equal(codeOf(await fetching(sources, range, { maxBytes: 50 })), 'too-large')
    assert.equal(sources.bytesRead('file:///a.eml'), 0)
  })

  it('refuses zip bombs, honest or lying ones, before they inflate far', async () => {
    const bomb = Buffer.alloc(20_000_000)
    const honest = memorySources({ 'file:///k.zip': aZip([{ name: 'a', content: bomb }]) })
    assert.equal(codeOf(await fetching(honest, 'file:///k.zip#entry=a')), 'expansion')
    const lying = memorySources({
      'file:///k.zip': aZip([{ name: 'a', content: bomb, claimedBytes: 1000 }]),
    })
    assert.equal(codeOf(await fetching(lying, 'file:///k.zip#entry=a')), 'container-broken')
  })

  it('answers truncated, damaged and locked zips with a code', async () => {
    const zip = aZip([{ name: 'a', content: 'hello hello hello' }])
    const of = async (bytes: Buffer): Promise<string> =>
      codeOf(await fetching(memorySources({ 'file:///k.zip': bytes }), 'file:///k.zip#entry=a'))
    for (const length of [0, 1, 10, zip.length - 30, zip.length - 1])
      assert.equal(await of(zip.subarray(0, length)), 'container-broken', String(length))
    const damaged = Buffer.from(zip)
    damaged.fill(255, 31, 40)
    assert.equal(await of(damaged), 'container-broken')
    assert.equal(await of(aZip([{ name: 'a', content: 'x', encrypted: true }])), 'encrypted')
  })

  it('lets faults of the source through, for the runtime to retry', async () => {
    const sources: SourceStore = {
      stat: async () => ({ bytes: 1, modifiedAt: 0 }),
      // oxlint-disable-next-line require-yield
      read: async function* () {
        throw new Error('disk on fire')
      },
    }
    await assert.rejects(fetching(sources, 'file:///a.eml'), /disk on fire/)
  })
})
