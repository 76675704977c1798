import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed, parsing, textsOf } from '../a-mail.ts'

const message = (
  who: string,
  at: string,
  content: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  id: '1',
  messageType: 'message',
  createdDateTime: at,
  chatId: '19:abc@thread.v2',
  from: { user: { id: 'u1', displayName: who } },
  body: { contentType: 'html', content },
  ...more,
})

describe('parse: Teams chats', () => {
  it('reads messages of Graph in the order of their times, merged per speaker', async () => {
    const chat = {
      '@odata.context': 'x',
      value: [
        message('Bob', '2024-01-02T03:05:00Z', '<p>Fine &amp; you?</p>', {
          attachments: [{ id: 'f', name: 'plan.docx' }],
        }),
        message('Ada', '2024-01-02T03:04:30.123Z', '<div>Are you <b>there</b>?</div>'),
        message('Ada', '2024-01-02T03:04:00Z', 'Hi', {
          body: { contentType: 'text', content: 'a <b' },
        }),
        { ...message('', '2024-01-02T03:00:00Z', '<systemEventMessage/>'), from: null },
      ],
    }
    const document = await parsed(JSON.stringify(chat))
    assert.equal(document.type, 'application/x-teams-chat+json')
    assert.equal(document.text, 'Ada: a <b\nAre you there?\nBob: Fine & you?\nplan.docx')
    assert.deepEqual(textsOf(document, 'turn'), [
      'Ada: a <b\nAre you there?',
      'Bob: Fine & you?\nplan.docx',
    ])
    assert.deepEqual(
      document.spans.map(({ kind, speaker, at, depth }) => [kind, speaker, at, depth]),
      [
        ['turn', 'Ada', Date.UTC(2024, 0, 2, 3, 4), 0],
        ['cue', 'Ada', Date.UTC(2024, 0, 2, 3, 4), 1],
        ['cue', 'Ada', Date.UTC(2024, 0, 2, 3, 4, 30, 123), 1],
        ['turn', 'Bob', Date.UTC(2024, 0, 2, 3, 5), 0],
        ['cue', 'Bob', Date.UTC(2024, 0, 2, 3, 5), 1],
      ],
    )
    assert.deepEqual(document.dates, {
      sent: Date.UTC(2024, 0, 2, 3, 4),
      last: Date.UTC(2024, 0, 2, 3, 5),
    })
    assert.equal(document.threadId, '19:abc@thread.v2')
    assert.deepEqual(document.participants, [
      { role: 'speaker', name: 'Ada' },
      { role: 'speaker', name: 'Bob' },
    ])
  })

  it('reads bare lists, single messages, replies, and a new turn after a pause', async () => {
    const post = message('Ada', '2024-01-02T03:00:00Z', 'one', {
      subject: 'News',
      chatId: null,
      channelIdentity: { teamId: 't', channelId: 'general' },
      replies: [message('Ada', '2024-01-02T04:00:00Z', 'two')],
    })
    const document = await parsed(JSON.stringify([post]))
    assert.deepEqual(textsOf(document, 'turn'), ['Ada: News\none', 'Ada: two'])
    assert.equal(document.threadId, 'general')
    assert.equal((await parsed(JSON.stringify(post))).text, document.text)
  })

  it('reads conversations with message lists, each under its name', async () => {
    const list = (name: string, words: string): object => ({
      id: `19:${name}`,
      displayName: name,
      MessageList: [
        {
          id: '1',
          displayName: 'Ada',
          originalarrivaltime: '2024-01-02T03:04:05.678Z',
          messagetype: 'RichText/Html',
          content: `<p>${words}</p>`,
          from: '8:orgid:abc',
        },
        { displayName: null, from: '8:live:bob', content: 'x', messagetype: 'Text' },
      ],
    })
    const both = await parsed(
      JSON.stringify({ conversations: [list('A', 'one'), list('B', 'two')] }),
    )
    assert.equal(both.text, 'A\nbob: x\nAda: one\nB\nbob: x\nAda: two')
    assert.deepEqual(textsOf(both, 'heading'), ['A', 'B'])
    const single = await parsed(JSON.stringify({ conversations: [list('A', 'one')] }))
    assert.deepEqual([single.subject, single.threadId], ['A', '19:A'])
  })

  it('leaves other JSON alone, and survives what lies and does not end', async () => {
    assert.equal((await parsed('{"value":[{"createdDateTime":"x"}]}')).type, 'text/plain')
    let reply: Record<string, unknown> = message('Ada', '2024-01-02T03:00:00Z', 'deep')
    for (let level = 0; level < 1000; level += 1)
      reply = { ...message('Ada', '9999-99-99T99:99:99Z', 'x'), replies: [reply] }
    assert.ok((await parsed(JSON.stringify(reply))).text.length < 1000)
    const long = message('Ada', '2024-01-02T03:00:00Z', '<div>'.repeat(20_000))
    assert.equal((await parsing(JSON.stringify(long))).kind, 'unreadable')
    const cut = JSON.stringify([long]).slice(0, 2000)
    assert.equal((await parsed(cut)).type, 'text/plain')
  })
})
