// Chats, transcripts and reviews of the example archive.
import { zip } from './zip.mjs'

const json = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)

const users = (plant) =>
  [
    ['U01LENA', 'lena', 'Lena Hartwig'],
    ['U02TOM', 'tomasz', 'Tomasz Wilk'],
    ['U03PRI', 'priya', 'Priya Raman'],
    ['U04JON', 'jonas', 'Jonas Öberg'],
  ].map(([id, name, realName]) => ({
    id,
    name,
    real_name: realName,
    profile: { email: plant('EMAIL_ADDRESS', `${name}@nordlicht.example.com`) },
  }))

/** Messages a minute apart from 09:00 UTC of a day. */
const day = (date, lines) => {
  const start = Date.parse(`${date}T09:00:00Z`) / 1000
  return lines.map(([user, text, more = {}], index) => ({
    type: 'message',
    user,
    text,
    ts: `${start + index * 60}.000${String(index + 100).slice(-3)}00`,
    ...more,
  }))
}

const channels = (names) =>
  names.map((name, index) => ({ id: `C0${index}`, name, is_archived: false }))

const slack = (add) => {
  add('chats/slack/users.json', (plant) => json(users(plant)))
  add('chats/slack/channels.json', () => json(channels(['quality', 'support'])))
  add('chats/slack/quality/2025-03-03.json', (plant) =>
    json(
      day('2025-03-03', [
        ['U01LENA', 'The levers cracked again, rig A at 18,400 cycles :cry:'],
        ['U02TOM', '<@U01LENA> same pivot?'],
        [
          'U01LENA',
          'Same pivot. I write the stop for Polaris now.',
          { thread_ts: '1740992460.00010100' },
        ],
        ['U03PRI', `I am in the workshop, call me: ${plant('PHONE_NUMBER', '+49 30 23125 162')}`],
        [
          'U04JON',
          'Nobody talks to the press please. The statement is at <https://nordlicht.example.com/recall|this page>.',
        ],
      ]),
    ),
  )
  add('chats/slack/quality/2025-03-04.json', () =>
    json(
      day('2025-03-04', [
        ['U02TOM', 'The supplier promises 150 levers on Friday.'],
        ['U01LENA', 'Then Germany and Denmark first. Who tells the dealers in Lyon?'],
        ['U02TOM', 'I do. They will not be happy, but they will be safe.'],
        ['U01LENA', 'Thanks. The new lever ran 60,000 cycles last night without a crack.'],
      ]),
    ),
  )
  add('chats/slack/support/2025-03-05.json', (plant) =>
    json(
      day('2025-03-05', [
        [
          'U03PRI',
          `Customer 1204 wrote from ${plant('EMAIL_ADDRESS', 'b.kowalczyk@inbox.example.net')} and wants the money back.`,
        ],
        ['U04JON', 'Fourth Aurora wheel this quarter. Pay it.'],
        ['U03PRI', `Paid to ${plant('IBAN_CODE', 'GB29 NWBK 6016 1331 9268 19')}.`],
      ]),
    ),
  )
  add('chats/slack-export-2024.zip', (plant) =>
    zip([
      ['export/users.json', json(users(plant))],
      ['export/channels.json', json(channels(['general']))],
      [
        'export/general/2024-12-20.json',
        json(
          day('2024-12-20', [
            ['U02TOM', 'The office is closed from Monday. Who feeds the cat of the warehouse?'],
            ['U03PRI', 'I do, I live around the corner.'],
          ]),
        ),
      ],
      [
        'export/general/2025-01-07.json',
        json(
          day('2025-01-07', [
            ['U01LENA', 'Happy new year! The cat is fatter than before.'],
            ['U04JON', 'So am I. Budget meeting at two.'],
          ]),
        ),
      ],
    ]),
  )
}

const plainChats = (add) => {
  add('chats/workshop-messenger.txt', (plant) =>
    Buffer.from(`[10/03/2025, 08:58] Priya: morning! the stiff pivot is grease, not steel
[10/03/2025, 08:59] Tomasz: are you sure?
[10/03/2025, 09:02] Priya: cleaned ten of them, all move freely now
[10/03/2025, 09:03] Tomasz: then send me the photo, my private number is ${plant('PHONE_NUMBER', '+48 22 555 01 42')}
[10/03/2025, 09:05] Priya: sent. lunch at the canal?
[10/03/2025, 09:05] Tomasz: 12:30
`),
  )
  add('chats/dealers-irc.txt', (plant) =>
    Buffer.from(`=== dealers @ 2025-03-06
[14:02] <lyon> do we get levers this week?
[14:03] <nordlicht> yes, Friday. please check serial numbers before you open the box
[14:04] <aarhus> 14 bicycles here, 3 sold. customers are calm
[14:06] <lyon> ours are not :) one wants to speak to the boss
[14:07] <nordlicht> he can log in at ${plant('IP_ADDRESS', '198.51.100.24')} port 6697, I am there all day
[14:09] <aarhus> brake fluid? someone mixed up the orders
[14:10] <nordlicht> no fluid, these are cable brakes
`),
  )
}

const transcripts = (add) => {
  add('transcripts/standup.vtt', (plant) =>
    Buffer.from(`WEBVTT

NOTE Monday stand-up

1
00:00:01.000 --> 00:00:05.200
<v ${plant('PERSON', 'Lena Hartwig')}>Good morning. Rig A is free again, the second batch can start today.

2
00:00:05.400 --> 00:00:09.900
<v ${plant('PERSON', 'Tomasz Wilk')}>The dealers in Denmark have their levers. Lyon gets them tomorrow.

3
00:00:10.000 --> 00:00:14.000
<v ${plant('PERSON', 'Priya Raman')}>The shop server is patched. I changed every password on Wednesday.

4
00:00:14.200 --> 00:00:19.500
<v ${plant('PERSON', 'Lena Hartwig')}>Then the only open point is the cold test. I will be in the lab until four.
`),
  )
  add('transcripts/interview.srt', () =>
    Buffer.from(`1
00:00:00,500 --> 00:00:04,000
How did you notice that the lever was weak?

2
00:00:04,200 --> 00:00:09,800
A mechanic in Aarhus sent a picture of a hairline crack.
It was thinner than a pencil stroke.

3
00:00:10,000 --> 00:00:15,300
We put forty levers on the rig the same night,
and four of them broke before breakfast.

4
00:00:15,500 --> 00:00:20,000
What would you do differently today?

5
00:00:20,200 --> 00:00:26,000
Test every batch, not every tenth. It costs a week
and it saves a recall.
`),
  )
  add('transcripts/town-hall.json', (plant) =>
    json({
      title: 'Town hall',
      transcripts: [
        {
          speaker: plant('PERSON', 'Jonas Öberg'),
          content:
            'Thank you for coming. I will speak about three things: the recall, the order book and the new warehouse.',
        },
        {
          speaker: plant('PERSON', 'Jonas Öberg'),
          content:
            'The recall costs us about two hundred thousand euros. That hurts, and it is still the cheapest way.',
        },
        {
          speaker: plant('PERSON', 'Ruth Adeyemi'),
          content:
            'As a customer I can say that the letter was honest. I would buy from you again.',
        },
        {
          speaker: plant('PERSON', 'Priya Raman'),
          content:
            'The new warehouse opens in June. We move at a weekend, and nobody works on Monday.',
        },
      ],
    }),
  )
}

const reviewRows = [
  [
    5,
    'Aurora',
    'Light, quiet and fast',
    'I ride forty kilometres a day and it is a joy. The gears shift perfectly.',
    '2025-02-11',
  ],
  [
    1,
    'Aurora',
    'Spokes break',
    'Two broken spokes in a month. Terrible quality, I am very disappointed.',
    '2025-02-14',
  ],
  [
    4,
    'Polaris',
    'Good bicycle, slow delivery',
    'It took six weeks, but the bicycle is great.',
    '2025-02-20',
  ],
  [
    2,
    'Polaris',
    'Recall',
    'A brake lever that can break is a bad joke. At least they told us and changed it for free.',
    '2025-03-08',
  ],
  [
    5,
    'Cargo',
    'The children love it',
    'Stable, roomy, and the brakes are excellent. We sold the car.',
    '2025-03-01',
  ],
  [3, 'Cargo', 'Heavy', 'Fine on flat roads, hard work on hills without the motor.', '2025-03-02'],
  [
    5,
    'Aurora',
    'Schönes Rad',
    'Sehr gut verarbeitet, läuft leise und leicht. Gerne wieder.',
    '2025-03-03',
  ],
  [
    1,
    'Polaris',
    'Jamás otra vez',
    'Llegó con un golpe en el cuadro y nadie contesta al teléfono. Muy mala experiencia.',
    '2025-03-05',
  ],
]

const csvCell = (value) => {
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const reviews = (add) => {
  add('reviews/shop.csv', (plant) => {
    const rows = [
      ['rating', 'product', 'title', 'review_text', 'date', 'reviewer_name'],
      ...reviewRows.map((row, index) => [
        ...row,
        ['Ina', 'Bo', 'Cy', 'Di', 'Ed', 'Fay', 'Gil', 'Hal'][index],
      ]),
      [
        4,
        'Aurora',
        'With a "but"',
        `Nice ride, but the saddle is hard.\nWrite to ${plant('EMAIL_ADDRESS', 'gustav.lind@post.example.org')} if you want to know which one I took instead.`,
        '2025-03-10',
        'Gustav',
      ],
    ]
    return Buffer.from(`${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`)
  })
  add('reviews/partner.jsonl', (plant) => {
    const rows = [
      {
        reviewText: 'The light went out in the rain. Waterproof it is not.',
        summary: 'Rear light',
        overall: 2,
        unixReviewTime: 1741000000,
      },
      {
        reviewText: 'Bright, small, charged in an hour. Excellent!',
        summary: 'Front light',
        overall: 5,
        unixReviewTime: 1741086400,
      },
      {
        reviewText: `Shop would not answer, so I called ${plant('PHONE_NUMBER', '(415) 555-0136')} twice. Awful service, decent lock.`,
        summary: 'Lock',
        overall: 3,
        unixReviewTime: 1741172800,
      },
      {
        reviewText: 'Das Schloss hakt bei Frost, sonst ist alles in Ordnung.',
        summary: 'Schloss',
        overall: 3,
        unixReviewTime: 1741259200,
      },
      {
        reviewText: 'Cómodo, barato y bonito.',
        summary: 'Sillín',
        overall: 5,
        unixReviewTime: 1741345600,
      },
    ]
    return Buffer.from(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
  })
}

export const addChats = (add) => {
  slack(add)
  plainChats(add)
  transcripts(add)
  reviews(add)
}
