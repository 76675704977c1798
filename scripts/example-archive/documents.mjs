// Documents of the example archive, and files that are broken on purpose.
import { createHash } from 'node:crypto'
import { encode } from './charsets.mjs'
import { mail, mbox, text } from './mail.mjs'
import { pdf } from './pdf.mjs'
import { people } from './people.mjs'
import { docx, zip } from './zip.mjs'

const parts = [
  'front wheel',
  'rear wheel',
  'crank',
  'bottom bracket',
  'headset',
  'seat post',
  'stem',
  'fork',
  'chain',
  'cassette',
  'brake cable',
  'saddle clamp',
]
const findings = [
  'showed no wear that can be measured',
  'was tightened by a quarter turn and then held',
  'made a noise that went away after cleaning',
  'lost a tenth of a millimetre, which is within the norm',
  'had to be replaced, because a crack was seen under the lamp',
  'passed, although the paint around it blistered',
]
const remarks = [
  'The mechanic suggests a longer washer.',
  'Nobody has an explanation for the temperature on the third day.',
  'The supplier was told and answered within an hour.',
  'We repeat this test with the new grease before the summer.',
  'The customer would not have noticed.',
]

/** A report of many pages: long enough to be cut into several chunks. */
const longReport = () => {
  const lines = ['Durability report, first quarter', '']
  for (let week = 1; week <= 13; week++) {
    lines.push(`Week ${week}`, '')
    for (let day = 1; day <= 3; day++) {
      const at = week * 3 + day
      lines.push(
        `On day ${day} bicycle ${100 + at} ran ${180 + ((at * 37) % 90)} kilometres on the drum. The ${parts[at % parts.length]} ${findings[at % findings.length]}. ` +
          `The ${parts[(at * 5 + 1) % parts.length]} ${findings[(at * 3 + 2) % findings.length]}. ${remarks[at % remarks.length]}`,
        '',
      )
    }
  }
  lines.push(
    'Summary',
    '',
    'Two parts of thirty-nine failed. Both were brake levers of the batch that has been recalled since.',
  )
  return `${lines.join('\n')}\n`
}

const texts = (add) => {
  add('documents/handbook.md', (plant) =>
    Buffer.from(`# Workshop handbook

Read this before you touch a customer's bicycle.

## Opening

1. Write down the frame number.
2. Take a photo of every scratch.
3. Ask whether the battery may stay with us over night.

## Tightening

| screw         | torque  |
| ------------- | ------- |
| stem          | 5 Nm    |
| crank         | 40 Nm   |
| brake lever   | 6 Nm    |

Never guess. A lever that is too tight breaks at the pivot; a lever that is too loose breaks your nose.

## Emergencies

Burning batteries go into the sand box outside. Then call the duty officer, phone ${plant('PHONE_NUMBER', '+49 30 23125 110')}.

\`\`\`
alarm code: see the envelope, not this page
\`\`\`
`),
  )
  add('documents/release-notes.html', () =>
    Buffer.from(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Shop 4.2: release notes</title><script>var tracking = 'none'</script></head>
<body><nav>Home · Products · Contact</nav><main><h1>Shop 4.2</h1>
<p>Customers can look up a frame number and see at once whether a recall concerns them.</p>
<ul><li>Search finds words with umlauts &mdash; &auml;, &ouml;, &uuml;.</li><li>Invoices are sent as PDF.</li><li>Old carts are emptied after 30&nbsp;days.</li></ul>
<h2>Known problems</h2><p>The map of dealers does not load in very old browsers.</p></main></body></html>
`),
  )
  add('documents/brief-windows-1252.txt', (plant) =>
    encode(
      `Sehr geehrte Frau Schäfer,

Ihr Widerspruch gegen die Rechnung über 148,90 € ist bei uns eingegangen – vielen Dank. Wir prüfen ihn „ohne Ansehen
der Person“ und melden uns bis zum 4. April. Ihre Steuer-ID ${plant('NATIONAL_ID', '36574261809')} haben wir aus der Akte gelöscht.

Mit freundlichen Grüßen
Ihr Kundendienst
`,
      'windows-1252',
    ),
  )
  add('documents/notice-utf16le.txt', () =>
    encode(
      'Notice\r\n\r\nThe car park is closed on Friday. Bicycles may stay in the yard; please lock them. – Façade works until 18:00.\r\n',
      'utf-16le',
    ),
  )
  add('documents/notice-utf16be.txt', () =>
    encode(
      'Уведомление\n\nВ пятницу склад закрыт. Заказы принимаются по почте, ответ придёт в понедельник.\n',
      'utf-16be',
    ),
  )
  add('documents/minutes-utf8-bom.txt', () =>
    Buffer.from(
      '\ufeffMinutes of the works council\n\n1. The shift plan for April is accepted.\n2. The canteen gets a second oven.\n3. Any other business: the stairs are slippery, mats are ordered.\n',
    ),
  )
  add('documents/circular-shift-jis.txt', () =>
    encode(
      '社内のお知らせ\n\n来週の月曜日に倉庫の棚卸しを行います。午前九時に集合してください。雨の場合は火曜日に延期します。\n',
      'shift_jis',
    ),
  )
  add('documents/durability-report.txt', () => Buffer.from(longReport()))
}

const files = (add) => {
  add('documents/datasheet.pdf', () =>
    pdf([
      [
        'Polaris - data sheet',
        '',
        'Frame: steel, sizes S, M and L',
        'Weight: 13.4 kg',
        'Brakes: cable, lever of the series 2503 or later',
        'Tyres: up to 47 mm with mudguards',
      ],
      [
        'Care',
        '',
        'Clean the chain every 300 km. Check the pivot of the brake lever once a year.',
        'Größe und Gewicht können um 3 % abweichen.',
      ],
    ]),
  )
  add('documents/dealer-agreement.docx', (plant) =>
    docx([
      { heading: 'Dealer agreement' },
      {
        text: 'The dealer checks every bicycle before it is handed over and keeps a list of frame numbers for ten years.',
      },
      { text: `Payments go to ${plant('IBAN_CODE', 'NL91 ABNA 0417 1643 00')}.` },
      { heading: 'Recalls' },
      { text: 'In a recall the dealer stops selling within one hour & confirms this by mail.' },
      {
        rows: [
          ['Step', 'Within'],
          ['Stop selling', '1 hour'],
          ['Call the customers', '2 days'],
          ['Change the part', '14 days'],
        ],
      },
    ]),
  )
  add('archives/handover.zip', (plant) =>
    zip([
      ['readme.txt', 'What the old warehouse left behind. Open questions are in the mails.\n'],
      [
        'letters/question.eml',
        mail({
          from: people.ruth,
          to: [people.support],
          subject: 'Second key',
          date: 'Wed, 26 Mar 2025 12:00:00 +0000',
          id: 'key-1@customer.example.org',
          part: text(
            `Hello, can I order a second key for lock ${plant('EMAIL_ADDRESS', people.ruth.address) && '77-1'}? The first one is in the canal.\n`,
          ),
        }),
      ],
      [
        'letters/2024.mbox',
        mbox([
          {
            sender: people.oliver.address,
            date: 'Mon Nov 11 10:00:00 2024',
            bytes: mail({
              from: people.oliver,
              to: [people.support],
              subject: 'Winter tyres',
              date: 'Mon, 11 Nov 2024 10:00:00 +0000',
              id: 'winter-1@customer.example.com',
              part: text('Do you sell studded tyres in 42 mm?\n', {
                charset: 'us-ascii',
                encoding: '7bit',
              }),
            }),
          },
          {
            sender: people.oliver.address,
            date: 'Tue Nov 12 10:00:00 2024',
            bytes: mail({
              from: people.oliver,
              to: [people.support],
              subject: 'Re: Winter tyres',
              date: 'Tue, 12 Nov 2024 10:00:00 +0000',
              id: 'winter-2@customer.example.com',
              references: ['winter-1@customer.example.com'],
              part: text('Two, please, and the tools.\n', {
                charset: 'us-ascii',
                encoding: '7bit',
              }),
            }),
          },
        ]),
      ],
    ]),
  )
}

/** Bytes that mean nothing, the same every time. */
const noise = (length) => {
  const pieces = []
  for (let index = 0; index * 32 < length; index++)
    pieces.push(createHash('sha256').update(`noise ${index}`).digest())
  return Buffer.concat(pieces).subarray(0, length)
}

const broken = (add) => {
  add('broken/empty.eml', () => Buffer.alloc(0))
  add('broken/truncated.zip', () =>
    zip([
      ['a.txt', 'a'.repeat(400)],
      ['b.txt', 'b'.repeat(400)],
    ]).subarray(0, 700),
  )
  add('broken/needs-password.pdf', () =>
    pdf([['Nobody reads this without the password.']], 'example-only'),
  )
  add('broken/cut-in-half.pdf', () => pdf([['The end of this file is missing.']]).subarray(0, 300))
  add('broken/unknown.bin', () => Buffer.concat([Buffer.from([0, 1, 2, 3]), noise(1_020)]))
  add('broken/cut-in-half.docx', () =>
    docx([{ text: 'The end of this file is missing.' }]).subarray(0, 900),
  )
  add('broken/unfinished-multipart.eml', () =>
    Buffer.from(
      'From: a@nordlicht.example.com\r\nTo: b@nordlicht.example.com\r\nSubject: cut off\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="never-closed"\r\n\r\n--never-closed\r\nContent-Type: text/plain\r\n\r\nThe connection broke while this was being sen',
    ),
  )
}

export const addDocuments = (add) => {
  texts(add)
  files(add)
  broken(add)
}
