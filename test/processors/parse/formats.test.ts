import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed, refusal, textsOf } from './a-mail.ts'

describe('parse: other formats', () => {
  it('merges WebVTT cues of one speaker into a turn and keeps the times', async () => {
    const document = await parsed(
      'WEBVTT\n\nNOTE nothing\n\nintro\n00:01.000 --> 00:02.000\n<v Ada>Good <i>morning</i>,\n\n00:02.000 --> 00:03.500\n<v Ada>Bob &amp; all.\n\n00:04.000 --> 00:05.000\n<v Bob>Morning.\n',
    )
    assert.equal(document.type, 'text/vtt')
    assert.equal(document.text, 'Ada: Good morning, Bob & all.\nBob: Morning.')
    assert.deepEqual(
      document.spans.filter((span) => span.kind === 'turn').map(({ speaker, at }) => [speaker, at]),
      [
        ['Ada', 1000],
        ['Bob', 4000],
      ],
    )
    assert.deepEqual(textsOf(document, 'cue'), ['Good morning,', 'Bob & all.', 'Morning.'])
    assert.deepEqual(document.participants, [
      { role: 'speaker', name: 'Ada' },
      { role: 'speaker', name: 'Bob' },
    ])
  })

  it('reads SubRip with names in capitals, and without blank lines between cues', async () => {
    const document = await parsed(
      '1\r\n00:00:01,000 --> 00:00:02,000\r\nADA: Hello\r\n2\r\n00:00:02,000 --> 00:00:03,000\r\nthere.\r\n\r\n3\r\n00:00:10,000 --> 00:00:11,000\r\n>> BOB: Hi.\r\n',
    )
    assert.equal(document.type, 'application/x-subrip')
    assert.equal(document.text, 'ADA: Hello there.\nBOB: Hi.')
  })

  it('reads WebVTT as Teams writes it, with times without zeroes', async () => {
    const document = await parsed(
      'WEBVTT\n\n6e2b1f0c/12-0\n0:0:0.0 --> 0:0:3.540\n<v Ada>Good morning.</v>\n\n6e2b1f0c/17-0\n0:0:3.540 --> 0:0:7.23\n<v Bob>Morning.</v>\n',
    )
    assert.equal(document.text, 'Ada: Good morning.\nBob: Morning.')
    assert.deepEqual(
      document.spans.filter(({ kind }) => kind === 'cue').map(({ at }) => at),
      [0, 3540],
    )
  })

  it('reads SubRip without counters', async () => {
    const document = await parsed(
      '00:00:01,000 --> 00:00:02,000\none\n\n00:00:02,100 --> 00:00:03,000\ntwo\n',
    )
    assert.equal(document.type, 'application/x-subrip')
    assert.equal(document.text, 'one two')
  })

  it('reads UTF-32 behind its byte order mark, in both orders', async () => {
    const units = [0xfeff, 0x47, 0xfc, 0x6e, 0x1f600].map((code) => [
      0,
      code >> 16,
      (code >> 8) & 255,
      code & 255,
    ])
    const big = Buffer.from(units.flat())
    const little = Buffer.from(units.flatMap((unit) => unit.toReversed()))
    for (const bytes of [big, little]) assert.equal((await parsed(bytes)).text, 'G\u00fcn\u{1f600}')
  })

  it('starts a new turn after a pause where nobody is named', async () => {
    const document = await parsed(
      '1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:02,100 --> 00:00:03,000\ntwo\n\n3\n00:00:09,000 --> 00:00:10,000\nthree\n',
    )
    assert.equal(document.text, 'one two\nthree')
  })

  it('reads a Slack day with names, mentions, links and threads of one channel', async () => {
    const day = {
      channel: 'general',
      users: { U1: 'ada', U2: 'bob' },
      messages: [
        {
          type: 'message',
          user: 'U1',
          ts: '1700000000.000100',
          text: 'hi <@U2>, see <https://example.org/a|this> &amp; <#C1|random>',
        },
        {
          type: 'message',
          user: 'U2',
          ts: '1700000060.000200',
          text: '',
          blocks: [
            {
              type: 'rich_text',
              elements: [
                { type: 'rich_text_section', elements: [{ type: 'text', text: 'in blocks' }] },
              ],
            },
          ],
        },
        { type: 'message', user: 'U9', ts: '1700000061.000200', text: 'lone \ud800 half' },
      ],
    }
    const document = await parsed(JSON.stringify(day))
    assert.equal(document.type, 'application/x-slack-day+json')
    assert.equal(
      document.text,
      'ada: hi @bob, see this (https://example.org/a) & #random\nbob: in blocks\nU9: lone \ufffd half',
    )
    assert.equal(document.threadId, 'general')
    assert.deepEqual(document.dates, { sent: 1700000000000, last: 1700000061000 })
    assert.deepEqual(
      document.spans.map(({ kind, speaker }) => [kind, speaker]),
      [
        ['turn', 'ada'],
        ['turn', 'bob'],
        ['turn', 'U9'],
      ],
    )
    const bare = await parsed(JSON.stringify(day.messages))
    assert.match(bare.text, /^U1: hi @U2/)
  })

  it('reads a review: title as heading, then the text', async () => {
    const document = await parsed(
      JSON.stringify({
        'Clothing ID': 7,
        Title: 'Lovely',
        'Review Text': 'Fits well.\r\nWarm.',
        Rating: 5,
      }),
    )
    assert.equal(document.type, 'application/x-review+json')
    assert.equal(document.text, 'Lovely\n\nFits well.\nWarm.')
    assert.equal(document.subject, 'Lovely')
    assert.deepEqual(textsOf(document, 'heading'), ['Lovely'])
    assert.equal(await refusal(JSON.stringify({ 'Review Text': '', Rating: 5 })), 'no-text')
  })

  it('reads a meeting transcript by its shape', async () => {
    const document = await parsed(
      JSON.stringify({
        topics: ['x'],
        turns: [
          { speaker: 'Ada', content: 'One.' },
          { speaker: 'Ada', content: 'Two.' },
          { speaker: 'Bob', content: 'Three.' },
        ],
      }),
    )
    assert.equal(document.text, 'Ada: One. Two.\nBob: Three.')
    assert.equal(textsOf(document, 'turn').length, 2)
  })

  it('reads an IRC log as turns, and leaves other text with times alone', async () => {
    const log =
      '[10:01] <ada> hello\n=== bob [b@c] has joined #x\n[10:02] <@bob> hi, <ada>\n[10:03] <ada> bye\n'
    const document = await parsed(log)
    assert.equal(document.type, 'text/x-irc-log')
    assert.equal(document.text, 'ada: hello\n=== bob [b@c] has joined #x\nbob: hi, <ada>\nada: bye')
    assert.deepEqual(
      document.spans.map(({ kind, speaker }) => [kind, speaker]),
      [
        ['turn', 'ada'],
        ['turn', 'bob'],
        ['turn', 'ada'],
      ],
    )
    assert.equal((await parsed('10:01 coffee\n10:02 tea\n10:03 cake\n')).type, 'text/plain')
  })

  it('turns HTML into lines: blocks, lists, table rows with tabs, no scripts, no hidden text', async () => {
    const document = await parsed(
      '<!DOCTYPE html><html><head><title>A &amp; B</title><style>p{}</style></head><body><h1>Head</h1><p>One\n  two<br>three</p><ul><li>x<li> <p>y</p></ul><table><tr><th>a</th><td>b</td></tr><tr><td>c<td>d</table><p hidden>no</p><p style="display:none">no<span>no</span></p><script>no()</script></body></html>',
    )
    assert.equal(document.subject, 'A & B')
    assert.equal(document.text, 'Head\n\nOne two\nthree\n\n- x\n- y\n\na\tb\nc\td')
    assert.deepEqual(textsOf(document, 'table-row'), ['a\tb', 'c\td'])
    assert.deepEqual(textsOf(document, 'heading'), ['Head'])
  })

  it('keeps Markdown as it is and marks headings outside code', async () => {
    const document = await parsed('# Top\n\ntext\n\n```\n# no heading\n```\n## Next ##\n', {
      name: 'a.md',
    })
    assert.equal(document.type, 'text/markdown')
    assert.deepEqual(textsOf(document, 'heading'), ['# Top', '## Next ##'])
    assert.equal(document.subject, 'Top')
  })

  it('reads plain text in any charset', async () => {
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['Grüße', Buffer.from('Grüße')],
      ['Grüße', Buffer.from('\ufeffGrüße')],
      ['Grüße', Buffer.from('\ufeffGrüße', 'utf16le')],
      ['Grüße', Buffer.from('\ufeffGrüße', 'utf16le').swap16()],
      ['“Grüße” – 5 €', Buffer.from('\x93Gr\xfc\xdfe\x94 \x96 5 \x80', 'latin1')],
      ['日本語', Buffer.from('\x1b$BF|K\\8l\x1b(B', 'latin1')],
    ]
    for (const [text, bytes] of cases) assert.equal((await parsed(bytes)).text, text)
  })

  it('guesses a long undeclared charset by its letters', async () => {
    const russian = Buffer.from(
      'cff0e8e2e5f22c20fdf2ee20f2e5eaf1f220ede020f0f3f1f1eaeeec20ffe7fbeae52c20eaeef2eef0fbe920e4eeebe6e5ed20e1fbf2fc20eff0eef7e8f2e0ed20e2e5f0edee2e',
      'hex',
    )
    const document = await parsed(russian)
    assert.equal(
      document.text,
      'Привет, это текст на русском языке, который должен быть прочитан верно.',
    )
    assert.deepEqual(document.warnings, ['charset-guessed'])
  })
})
