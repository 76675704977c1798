import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { aZip } from '../processors/fetch/a-zip.ts'
import { aMail, aMultipart } from '../processors/parse/a-mail.ts'

/** Invented personal data, planted wherever a document may hold any. None of it may come out. */
export const planted: Readonly<Record<string, string>> = {
  'name of a sender': 'Quirina Zandvoort',
  'address of a sender': 'quirina.zandvoort@planted-mail.example',
  'name of a recipient': 'Ottokar Wintermeer',
  'address of a recipient': 'o.wintermeer@planted-mail.example',
  'name in a copy': 'Belinda Ashgrove',
  'address in a subject': 'subject.person@planted-mail.example',
  'phone in a subject': '+49 30 901820',
  'address in the name of an attachment': 'attached@planted-mail.example',
  'text of an attachment': 'tquill@planted-mail.example',
  'id of a thread': 'zz-thread-4711.quirina@planted-host.example',
  phone: '+44 20 7946 0958',
  card: '4539 5787 6362 1486',
  IBAN: 'DE89 3704 0044 0532 0130 00',
  SSN: '536-90-4399',
  secret: 'AKIAQ3EGRIFXTKZ7N5PM',
  'credentials in a URL': 'hunter2horse',
  'name of a speaker': 'Ludmilla Kestrelby',
  'name of a Slack user': 'Ignatius Fairweather',
  'handle of a Slack user': 'ignatius.fairweather',
  'address of a Slack user': 'ignatius@planted-chat.example',
  'address in a Slack message': 'slackmessage@planted-chat.example',
  'address in a quoted part': 'quoted.person@planted-mail.example',
  'address in a broken file': 'broken.person@planted-mail.example',
  'address in a nested mail': 'nested.person@planted-mail.example',
  'address in an mbox': 'mbox.person@planted-mail.example',
  'address in a review': 'reviewer@planted-shop.example',
  'address in HTML': 'html.person@planted-mail.example',
}

const value = (name: string): string => {
  const found = planted[name]
  if (found === undefined) throw new Error(`nothing is planted as ${name}`)
  return found
}

/** In names of files only: the log holds them, since they say where a document is. Nothing else may. */
export const plantedInNames = ['Philippa Moorcroft', 'philippa@planted-file.example'] as const

const headers = {
  From: `"${value('name of a sender')}" <${value('address of a sender')}>`,
  To: `${value('name of a recipient')} <${value('address of a recipient')}>`,
  Cc: `${value('name in a copy')} <bashgrove@planted-mail.example>`,
  Subject: `Call ${value('phone in a subject')} or write to ${value('address in a subject')}`,
  'Message-ID': `<${value('id of a thread')}>`,
  References: `<first.${value('id of a thread')}>`,
}

const body = `Dear ${value('name of a recipient')},

my number is ${value('phone')} and the card is ${value('card')}.
Pay to ${value('IBAN')}; my SSN is ${value('SSN')}.
aws_access_key_id = ${value('secret')}
The server is https://admin:${value('credentials in a URL')}@planted-host.example/reports

Best regards
${value('name of a sender')}

On Monday, ${value('address in a quoted part')} wrote:
> please send it to ${value('address in a quoted part')}
`

const mail = aMail(body, headers)

const withAttachment = aMultipart(
  'mixed',
  [
    `Content-Type: text/plain\n\nSee the file, ${value('name of a recipient')}.`,
    `Content-Type: text/plain; name="CV of ${value('name of a sender')}, ${value('address in the name of an attachment')}.txt"\nContent-Disposition: attachment; filename="CV of ${value('name of a sender')}, ${value('address in the name of an attachment')}.txt"\n\nWrite to ${value('text of an attachment')}, says ${value('name of a sender')}.`,
    `Content-Type: message/rfc822\n\nFrom: ${value('address in a nested mail')}\nSubject: nested\n\nfrom ${value('address in a nested mail')}`,
  ],
  headers,
)

const mboxOf = (text: string): string =>
  `From ${value('address in an mbox')} Tue Jan  2 03:04:05 2024\nFrom: ${value('address in an mbox')}\nSubject: one\n\n${text}\n\n`

const slackUsers = JSON.stringify([
  {
    id: 'U0PLANTED',
    name: value('handle of a Slack user'),
    real_name: value('name of a Slack user'),
    profile: {
      real_name: value('name of a Slack user'),
      email: value('address of a Slack user'),
    },
  },
])
const slackDay = JSON.stringify([
  {
    type: 'message',
    user: 'U0PLANTED',
    ts: '1704164645.000100',
    text: `I am <@U0PLANTED>, write to ${value('address in a Slack message')}`,
  },
  { type: 'message', user: 'U0PLANTED', ts: '1704164700.000200', text: 'and thanks to all' },
])

const files: Readonly<Record<string, string | Uint8Array>> = {
  'mail.eml': mail,
  'attachment.eml': withAttachment,
  'html.eml': aMail(
    `<html><body><p>Hello</p><a href="mailto:${value('address in HTML')}">mail me</a></body></html>`,
    { ...headers, 'Content-Type': 'text/html' },
  ),
  [`by ${plantedInNames[0]} ${plantedInNames[1]}.txt`]: 'The tide tables of the coming month.',
  'inbox.mbox': mboxOf('first') + mboxOf('second'),
  'talk.vtt': `WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v ${value('name of a speaker')}>Good morning, I am ${value('name of a speaker')}.\n`,
  'reviews.csv': `id,author,text\n1,${value('address in a review')},"I liked it, ${value('address in a review')}"\n`,
  'slack/channels.json': JSON.stringify([{ id: 'C1', name: 'general', members: ['U0PLANTED'] }]),
  'slack/users.json': slackUsers,
  'slack/general/2024-01-02.json': slackDay,
  'chat.zip': aZip([
    { name: 'channels.json', content: '[{"id":"C1","name":"general"}]' },
    { name: 'users.json', content: slackUsers },
    { name: 'general/2024-01-02.json', content: slackDay },
  ]),
  'broken.pdf': `%PDF-1.4 ${value('address in a broken file')}`,
  'broken.docx': Buffer.from(`PK\u0003\u0004 ${value('address in a broken file')}`),
  'broken.eml': `Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf\n\n${value('address in a broken file')}\n--b--\n`,
  'unknown.bin': Buffer.from([0, 1, 2, 255, ...Buffer.from(value('address in a broken file'))]),
}

/** Writes the archive. */
export const plantArchive = (folder: string): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}
