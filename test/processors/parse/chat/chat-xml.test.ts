import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed, refusal, textsOf } from '../a-mail.ts'

const user = (first: string, address: string): string =>
  `<User><LoginName>${first.toUpperCase()}1</LoginName><FirstName>${first}</FirstName><LastName>L</LastName><FirmNumber>7</FirmNumber><EmailAddress>${first}@bloomberg.net</EmailAddress><CorporateEmailAddress>${address}</CorporateEmailAddress></User>`

const ib = (events: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<FileDump><Version>1.9</Version><Conversation Perspective="x"><RoomID>CHAT-1</RoomID><StartTimeUTC>1704164645</StartTimeUTC>${events}<EndTimeUTC>1704164999</EndTimeUTC></Conversation></FileDump>`

const said = (who: string, seconds: number, words: string): string =>
  `<Message InteractionType="N">${who}<DateTime>01/02/2024 03:04:05</DateTime><DateTimeUTC>${seconds}</DateTimeUTC><Content>${words}</Content><ConversationID>CHAT-1</ConversationID></Message>`

describe('parse: chats in XML', () => {
  it('reads Instant Bloomberg: rooms, turns with times, people with corporate addresses, names of files', async () => {
    const ada = user('Ada', 'Ada@example.org')
    const document = await parsed(
      ib(
        `<ParticipantEntered InteractionType="N">${user('Eve', 'eve@example.org')}<DateTimeUTC>1704164645</DateTimeUTC></ParticipantEntered>` +
          said(ada, 1704164645, 'one &amp; only') +
          said(ada, 1704164650, '<![CDATA[two <b>bold</b>]]>') +
          `<Attachment>${ada}<DateTimeUTC>1704164651</DateTimeUTC><FileName>plan.pdf</FileName><FileID>F1</FileID></Attachment>` +
          said(user('Bob', 'bob@example.org'), 1704164660, 'three'),
      ),
    )
    assert.equal(document.type, 'application/x-bloomberg-ib+xml')
    assert.equal(document.text, 'CHAT-1\nAda L: one & only\ntwo bold\nplan.pdf\nBob L: three')
    assert.deepEqual(textsOf(document, 'turn'), [
      'Ada L: one & only\ntwo bold\nplan.pdf',
      'Bob L: three',
    ])
    assert.deepEqual(document.dates, { sent: 1704164645000, last: 1704164660000 })
    assert.equal(document.threadId, 'CHAT-1')
    assert.deepEqual(document.participants, [
      { role: 'speaker', name: 'Eve L', address: 'eve@example.org' },
      { role: 'speaker', name: 'Ada L', address: 'ada@example.org' },
      { role: 'speaker', name: 'Bob L', address: 'bob@example.org' },
    ])
  })

  it('reads Bloomberg messages: subject and body of each, recipients by their role', async () => {
    const info = (first: string): string =>
      `<UserInfo><FirstName>${first}</FirstName><LastName>L</LastName><CorporateEmailAddress>${first}@example.org</CorporateEmailAddress></UserInfo>`
    const document = await parsed(
      `<FileDump><Version>1.6</Version><Message><MsgID>1</MsgID><MsgTime>2024-01-02-03.04.05.000000</MsgTime><MsgTimeUTC>1704164645</MsgTimeUTC><Sender>${info('Ada')}</Sender><Recipient DeliveryType="TO">${info('Bob')}</Recipient><Recipient DeliveryType="CC">${info('Eve')}</Recipient><Subject>Rates</Subject><Attachment><FileName>a.pdf</FileName></Attachment><MsgBody>Up.\nDown.</MsgBody></Message></FileDump>`,
    )
    assert.equal(document.type, 'application/x-bloomberg-msg+xml')
    assert.match(document.text, /Ada L: Rates\nUp\.\nDown\./)
    assert.match(document.text, /a\.pdf/)
    assert.deepEqual(
      document.participants.map(({ role, address }) => [role, address]),
      [
        ['to', 'bob@example.org'],
        ['cc', 'eve@example.org'],
        ['speaker', 'ada@example.org'],
      ],
    )
    assert.equal(document.dates.sent, 1704164645000)
  })

  it('reads Symphony, names without a person around them and any prefix', async () => {
    const document = await parsed(
      `<s:conversation xmlns:s="urn:symphony"><s:roomName>Desk</s:roomName><s:message><s:from>ada@example.org</s:from><s:timestamp>1704164645123</s:timestamp><s:text><div>Hello <b>you</b></div></s:text></s:message><s:message from="x" loginName="bob"><s:dateTimeUTC>2024-01-02T03:04:06Z</s:dateTimeUTC><s:content>Hi</s:content></s:message></s:conversation>`,
    )
    assert.equal(document.type, 'application/x-symphony+xml')
    assert.equal(document.text, 'Desk\nada@example.org: Hello you\nbob: Hi')
    assert.deepEqual(document.dates, { sent: 1704164645123, last: 1704164646000 })
  })

  it('leaves other XML as text', async () => {
    assert.equal(
      (await parsed('<?xml version="1.0"?><catalogue><item>x</item></catalogue>')).type,
      'text/plain',
    )
    assert.equal((await parsed('<conversational>x</conversational>')).type, 'text/plain')
  })

  it('survives damage, refuses endless nesting and too much text, expands no entities', async () => {
    const fine = ib(said(user('Ada', 'a@b.org'), 1704164645, 'words'))
    for (let cut = 120; cut < fine.length; cut += 13)
      assert.notEqual(await refusal(fine.slice(0, cut)), 'unknown-format')
    assert.equal(await refusal(ib('<Message>'.repeat(5000))), 'too-deep')
    assert.equal(
      await refusal(ib(said('', 1, 'w'.repeat(5000))), {}, { characters: 4000 }),
      'too-large',
    )
    const bomb = `<!DOCTYPE FileDump [<!ENTITY a "${'x'.repeat(1000)}">]>`
    assert.doesNotMatch((await parsed(bomb + ib(said('', 1704164645, '&a;')))).text, /xxxx{2000}/)
    const rooms = Array.from(
      { length: 30_000 },
      (_, index) => `<Conversation><RoomID>R${index}</RoomID></Conversation>`,
    )
    assert.equal(await refusal(`<FileDump>${rooms.join('')}</FileDump>`), 'parsed')
  })
})
