import * as fc from 'fast-check'
import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { asUri } from '../../../schemas/brands.ts'
import type { ContainerType } from '../../../schemas/generated/types.ts'
import { detectContainer } from '../../../processors/expand/detect-container.ts'
import { expand } from '../../../processors/expand/expand.ts'
import { defaultExpandOptions, type ExpandOptions } from '../../../processors/expand/options.ts'
import type { Member } from '../../../processors/expand/member.ts'
import { expandSlackFolder, slackExportRoot } from '../../../processors/expand/slack-export.ts'
import { createFetch } from '../../../processors/fetch/fetch.ts'
import { fileUriOf } from '../../../topology/model/member-uri.ts'
import { defaultFetchOptions } from '../../../processors/fetch/options.ts'
import { createParser } from '../../../processors/parse/parse.ts'
import { defaultParseOptions } from '../../../processors/parse/options.ts'
import { aZip } from '../fetch/a-zip.ts'
import { memorySources } from '../fetch/memory-sources.ts'

const FILE = 'file:///c'

interface Expanded extends Member {
  readonly content: string
}

/** The members of a container, each fetched through its URI. */
const expanding = async (
  type: ContainerType,
  content: Uint8Array | string,
  pieceBytes = 65_536,
  options: Partial<ExpandOptions> = {},
): Promise<Expanded[]> => {
  const sources = memorySources({ [FILE]: content }, pieceBytes)
  const fetch = createFetch(defaultFetchOptions)
  const source = {
    uri: asUri(FILE),
    type,
    bytes: Buffer.byteLength(content),
    modifiedAt: 1,
    sources,
  }
  const members: Expanded[] = []
  for await (const member of expand(source, { ...defaultExpandOptions, ...options })) {
    const outcome = await fetch({ uri: member.uri }, sources)
    const bytes = outcome.kind === 'fetched' ? outcome.content : Buffer.from(outcome.code)
    members.push({ ...member, content: Buffer.from(bytes).toString() })
  }
  return members
}

const contents = (members: readonly Expanded[]): string[] => members.map(({ content }) => content)

const ONE =
  'From ada@example.org Tue Jan  2 03:04:05 2024\nFrom: ada@example.org\nSubject: one\n\nfirst\n\n'
const TWO =
  'From bob@example.org Tue Jan  2 03:05:05 2024\nFrom: bob@example.org\nSubject: two\n\nsecond\n>From here\nFrom there we go\n\nFrom now on, this is text\n\n'

describe('expand: an mbox', () => {
  it('gives each message its own range, whatever the size of the pieces', async () => {
    for (const pieceBytes of [1, 3, 7, 64, 65_536]) {
      const members = await expanding('MBOX', ONE + TWO + ONE, pieceBytes)
      assert.deepEqual(contents(members), [ONE, TWO, ONE])
      assert.equal(members[1]?.uri, `file:///c#bytes=${ONE.length}-${ONE.length + TWO.length - 1}`)
      assert.equal(members[1]?.type, 'message/rfc822')
    }
  })

  it('covers every byte exactly once for any mix of messages, line ends and pieces', async () => {
    const line = fc.constantFrom('words', '', '>From x', 'From the start', 'Subject: y', '-- ')
    const message = fc
      .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'))
      .map(([lines, eol]) =>
        ['From a@b Tue Jan  2 03:04:05 2024', 'Subject: x', '', ...lines, '', ''].join(eol),
      )
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        async (messages, pieceBytes) => {
          const members = await expanding('MBOX', messages.join(''), pieceBytes)
          assert.deepEqual(contents(members), messages)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('reads hundreds of megabytes in constant memory', async function () {
    this.timeout(60_000)
    const message = Buffer.from(`${ONE}${'line of a long mail\n'.repeat(5000)}\n`)
    const copies = 2000
    const source = {
      uri: asUri(FILE),
      type: 'MBOX' as const,
      bytes: message.length * copies,
      modifiedAt: 1,
      sources: {
        stat: async () => ({ bytes: message.length * copies, modifiedAt: 1 }),
        read: async function* () {
          for (let copy = 0; copy < copies; copy += 1) yield message
        },
      },
    }
    const before = process.memoryUsage().rss
    let members = 0
    for await (const _member of expand(source)) members += 1
    assert.equal(members, copies)
    assert.ok(process.memoryUsage().rss - before < 120_000_000)
  })
})

describe('expand: tables', () => {
  const table =
    '\ufeffid,Title,Review Text\r\n1,Good,"line one\r\nline ""two"", and more"\r\n2,5" screen,fine\r\n\r\n3,,\r\n'

  it('gives each record, with quoted line ends, stray quotes and blank lines', async () => {
    for (const pieceBytes of [1, 5, 65_536]) {
      const members = await expanding('CSV', table, pieceBytes)
      assert.deepEqual(
        contents(members).map((content) => JSON.parse(content) as unknown),
        [
          { id: '1', Title: 'Good', 'Review Text': 'line one\r\nline "two", and more' },
          { id: '2', Title: '5" screen', 'Review Text': 'fine' },
          { id: '3', Title: '', 'Review Text': '' },
        ],
      )
      assert.match(members[1]?.uri ?? '', /#row=2&bytes=\d+-\d+&header=0-\d+$/)
    }
  })

  it('gives each line of JSON lines', async () => {
    const members = await expanding('JSONL', '{"text":"a"}\n\n{"text":"b \\" {"}\n{"text":"c"}')
    assert.deepEqual(
      contents(members).map((content) => content.trim()),
      ['{"text":"a"}', '{"text":"b \\" {"}', '{"text":"c"}'],
    )
  })

  it('gives the rows of a table inside a zip', async () => {
    const members = await expanding('ZIP', aZip([{ name: 'reviews.csv', content: table }]))
    assert.equal(members.length, 3)
    assert.match(members[0]?.uri ?? '', /#entry=reviews\.csv&row=1&/)
    assert.equal((JSON.parse(members[1]?.content ?? '') as { id: string }).id, '2')
  })
})

describe('expand: a mail log', () => {
  it('gives what stands between the lines of equals signs', async () => {
    const rule = `${'='.repeat(73)}\n`
    const log = `${rule}Date: x\nFrom: a@b\n\none\n${rule}Date: y\n\ntwo\n=====\n`
    assert.deepEqual(contents(await expanding('MAIL_LOG', log, 7)), [
      'Date: x\nFrom: a@b\n\none\n',
      'Date: y\n\ntwo\n=====\n',
    ])
  })
})

describe('expand: a zip', () => {
  it('gives its files, without folders and what file managers leave', async () => {
    const members = await expanding(
      'ZIP',
      aZip([
        { name: 'a/', content: '' },
        { name: 'a/one.eml', content: 'one' },
        { name: 'a/.DS_Store', content: 'x' },
        { name: '__MACOSX/a/one.eml', content: 'x' },
        { name: 'ü &#.txt', content: 'two' },
        { name: 'inner.mbox', content: ONE + TWO },
      ]),
    )
    assert.deepEqual(contents(members), ['one', 'two', ONE, TWO])
    assert.equal(members[0]?.modifiedAt, Date.UTC(2024, 0, 2))
  })

  it('loses of odd names only those entries, which are told by their position', async () => {
    const odd = ['../up.txt', '/etc/passwd', 'C:/x.txt', 'a/../../b', '..\\up.txt', 'nul\0.txt', '']
    const members = await expanding(
      'ZIP',
      aZip([
        { name: 'first.txt', content: 'first' },
        ...odd.map((name) => ({ name, content: 'odd' })),
        { name: 'first.txt', content: 'same name' },
        { name: 'windows\\file.txt', content: 'windows' },
        { name: Buffer.from('caf\xe9.txt', 'latin1'), content: 'no UTF-8' },
        { name: '../', content: '' },
        { name: 'last.txt', content: 'last' },
      ]),
    )
    const named = members.filter(({ content }) => content !== 'entry-name')
    assert.deepEqual(contents(named), ['first', 'windows', 'no UTF-8', 'last'])
    const lost = members.filter(({ content }) => content === 'entry-name')
    assert.deepEqual(
      lost.map(({ uri, name }) => [uri, name]),
      [2, 3, 4, 5, 6, 7, 8, 9].map((position) => [
        `file:///c#position=${position}`,
        `entry-${position}`,
      ]),
    )
  })

  it('finds the days of a Slack export beside an odd name', async () => {
    const members = await expanding(
      'ZIP',
      aZip([
        { name: '../users.json', content: '[]' },
        { name: 'users.json', content: '[]' },
        { name: 'general/2016-01-01.json', content: '[]' },
      ]),
    )
    assert.deepEqual(
      members.map(({ uri }) => uri),
      ['file:///c#position=1', 'file:///c#entry=general/2016-01-01.json&users=users.json'],
    )
  })

  it('gives one document per channel and day of a Slack export, names included', async () => {
    const day = '[{"type":"message","user":"U00000001","text":"hi","ts":"1700000000.0"}]'
    const export_ = aZip([
      { name: 'users.json', content: '[{"id":"U00000001","name":"ada"}]' },
      { name: 'channels.json', content: '[]' },
      { name: 'general/2016-01-01.json', content: day },
      { name: 'random/2016-01-02.json', content: day },
    ])
    const members = await expanding('SLACK_EXPORT', export_)
    assert.deepEqual(
      members.map(({ uri, type }) => [uri, type]),
      [
        [
          'file:///c#entry=general/2016-01-01.json&users=users.json',
          'application/x-slack-day+json',
        ],
        ['file:///c#entry=random/2016-01-02.json&users=users.json', 'application/x-slack-day+json'],
      ],
    )
    const parse = await createParser({ ...defaultParseOptions, language: false })
    const outcome = await parse({ content: Buffer.from(members[0]?.content ?? '') })
    assert.equal(outcome.kind === 'parsed' && outcome.document.text, 'ada: hi')
  })

  it('refuses a truncated one with a code', async () => {
    const zip = aZip([{ name: 'a.eml', content: 'hello' }])
    await assert.rejects(expanding('ZIP', zip.subarray(0, zip.length - 5)), {
      code: 'container-broken',
    })
  })

  it('refuses more members than allowed', async () => {
    const zip = aZip(Array.from({ length: 20 }, (_, index) => ({ name: `${index}`, content: 'x' })))
    await assert.rejects(expanding('ZIP', zip, 65_536, { maxMembers: 19 }), { code: 'too-large' })
  })
})

describe('expand: a Slack export in a folder', () => {
  it('gives the days and names the user list in each URI', () => {
    const paths = [
      'users.json',
      'channels.json',
      'general/2016-01-01.json',
      'general/notes.json',
      'README.md',
    ]
    const root = slackExportRoot(paths)
    assert.equal(root, '')
    const files = paths.map((path) => ({ path, bytes: 1, modifiedAt: 2 }))
    const members = [...expandSlackFolder(files, root ?? '', (path) => fileUriOf(`/x/${path}`))]
    assert.deepEqual(
      members.map(({ uri }) => uri),
      ['file:///x/general/2016-01-01.json#users=../users.json'],
    )
    assert.equal(slackExportRoot(['a/2016-01-01.json', 'b.json']), undefined)
  })
})

describe('detect a container', () => {
  const detecting = (content: Uint8Array | string, name?: string): ContainerType | undefined =>
    detectContainer(Buffer.from(content), name)

  it('knows each kind by its bytes', () => {
    assert.equal(detecting(ONE + TWO), 'MBOX')
    assert.equal(detecting(aZip([{ name: 'a.eml', content: 'x' }])), 'ZIP')
    assert.equal(detecting(`${'='.repeat(73)}\nDate: x\n\n`), 'MAIL_LOG')
    assert.equal(detecting('{"text":"a"}\n{"text":"b"}\n'), 'JSONL')
    assert.equal(detecting('id,title,Review Text\n1,a,b\n'), 'CSV')
    assert.equal(detecting('title;text\na;b\n', 'x.csv'), 'CSV')
  })

  it('leaves documents alone, even those that look alike', () => {
    assert.equal(detecting(ONE, 'one.eml'), undefined)
    assert.equal(detecting('From here to there\n\nis a walk'), undefined)
    assert.equal(detecting('{"text":"a"}'), undefined)
    assert.equal(detecting('Dear all, the message follows.\nBye'), undefined)
    assert.equal(detecting(aZip([{ name: '[Content_Types].xml', content: 'x' }])), undefined)
    for (const name of [
      '_rels/.rels',
      'docProps/app.xml',
      'visio/document.xml',
      'rsmf_manifest.json',
    ])
      assert.equal(detecting(aZip([{ name, content: 'x' }])), undefined, name)
    assert.equal(detecting(''), undefined)
  })
})
