// The mails of the example archive.
import { attachment, enclosed, mail, mbox, multipart, text } from './mail.mjs'
import { docx, zip } from './zip.mjs'
import { pdf } from './pdf.mjs'
import { people } from './people.mjs'
import { walletOf } from './wallet.mjs'

/** A mail whose correspondents are planted as personal data. */
const letter = (plant, options) => {
  for (const { name, address } of [options.from, ...options.to, ...(options.cc ?? [])]) {
    if (name && name !== people.support.name) plant('PERSON', name)
    plant('EMAIL_ADDRESS', address)
  }
  return mail(options)
}

const id = (name) => `${name}@mail.nordlicht.example.com`

const {
  lena,
  tomasz,
  priya,
  jonas,
  amelie,
  kenji,
  daria,
  mei,
  omar,
  marta,
  oliver,
  ruth,
  felix,
  support,
} = people

const recall = (plant) => `Hello Tomasz,

the brake levers of the Polaris batch 2502 came back from the test rig this morning. Four of forty cracked at the
pivot after fewer than 20,000 cycles; the norm asks for 100,000. I do not want to wait for the second laboratory.
Please stop shipping Polaris frames with serial numbers from NL-2502-0400 to NL-2502-0988 today and tell the dealers
that a recall is being prepared.

We need three things by Thursday: a list of the dealers that already have bicycles of this batch, an estimate of
the replacement levers that the supplier can send, and a text for customers that says plainly what is wrong and that
nobody should ride until the lever has been changed.

If anything is unclear call me on ${plant('PHONE_NUMBER', '+49 30 23125 147')}, also in the evening.

Kind regards
Lena

--
Lena Hartwig
Head of Quality, Nordlicht Fahrradwerk
Phone ${plant('PHONE_NUMBER', '+49 30 23125 147')}
`

const recallAnswer = (plant) => `Lena,

shipping is stopped since 11:20. 212 bicycles are at 31 dealers, 61 of them are sold. The supplier can send 150
levers this week and the rest by the end of the month, so dealers in Germany and Denmark come first.

My draft for the customers: "Please do not ride your Polaris. The brake lever can break. Your dealer changes it free
of charge, it takes twenty minutes." I would rather be short than clever.

Tomasz

--
Tomasz Wilk
Logistics

On Mon, 3 Mar 2025 at 09:12, Lena Hartwig <${lena.address}> wrote:
> Hello Tomasz,
>
> the brake levers of the Polaris batch 2502 came back from the test rig this morning. Four of forty cracked at the
> pivot after fewer than 20,000 cycles; the norm asks for 100,000. I do not want to wait for the second laboratory.
>
> If anything is unclear call me on ${plant('PHONE_NUMBER', '+49 30 23125 147')}, also in the evening.
`

const recallGerman = `Liebe Lena, lieber Tomasz,

die Pressestelle ist einverstanden. Der Rückruf geht morgen um 10 Uhr an alle Händler und an die Behörde. Auf der
Webseite steht ab heute Abend ein Formular, mit dem man die Rahmennummer prüfen kann.

Bitte keine Einzelheiten an Journalisten, alles läuft über mich.

Viele Grüße
Jonas

-----Ursprüngliche Nachricht-----
Von: Tomasz Wilk
Gesendet: Montag, 3. März 2025 12:40
An: Lena Hartwig
Betreff: Re: Polaris brake levers: stop shipping

Lena,

shipping is stopped since 11:20. 212 bicycles are at 31 dealers, 61 of them are sold.
`

const thread = (add) => {
  const subject = 'Polaris brake levers: stop shipping'
  add('mail/recall-1-stop-shipping.eml', (plant) =>
    letter(plant, {
      from: lena,
      to: [tomasz],
      cc: [priya],
      subject,
      date: 'Mon, 3 Mar 2025 09:12:44 +0100',
      id: id('recall-1'),
      part: text(recall(plant)),
    }),
  )
  add('mail/recall-2-answer.eml', (plant) =>
    letter(plant, {
      from: tomasz,
      to: [lena],
      subject: `Re: ${subject}`,
      date: 'Mon, 3 Mar 2025 12:40:02 +0100',
      id: id('recall-2'),
      references: [id('recall-1')],
      part: text(recallAnswer(plant), { charset: 'us-ascii', encoding: '7bit' }),
    }),
  )
  add('mail/recall-3-rueckruf.eml', (plant) =>
    letter(plant, {
      from: jonas,
      to: [lena, tomasz],
      subject: `AW: ${subject}`,
      date: 'Mon, 3 Mar 2025 17:05:31 +0100',
      id: id('recall-3'),
      references: [id('recall-1'), id('recall-2')],
      charset: 'iso-8859-1',
      part: text(recallGerman, { charset: 'iso-8859-1' }),
    }),
  )
}

const customers = (add) => {
  add('mail/forwarded-complaint.eml', (plant) => {
    const complaint = letter(plant, {
      from: oliver,
      to: [support],
      subject: 'Third broken spoke in two months',
      date: 'Tue, 4 Mar 2025 21:48:10 +0000',
      id: 'complaint-77@customer.example.com',
      part: multipart('mixed', 'inner-77', [
        text(`To whom it may concern,

this is the third spoke that broke on my Aurora since January. I paid 1,890 euros for a bicycle that stands in the
workshop more often than in my garage, and your hotline let me wait for forty minutes. I am very disappointed. I want
the rear wheel replaced or my money back.

My number is ${plant('PHONE_NUMBER', '+44 20 7946 0018')}, I live at the address on the invoice.

Oliver Grant
`),
        attachment(
          'what-happened.txt',
          'text/plain',
          Buffer.from(
            'Spokes broke on 9 January, 2 February and 3 March, always on the drive side.\n',
          ),
        ),
      ]),
    })
    return letter(plant, {
      from: support,
      to: [lena],
      subject: 'Fwd: Third broken spoke in two months',
      date: 'Wed, 5 Mar 2025 08:02:00 +0100',
      id: id('forward-77'),
      part: multipart('mixed', 'outer-77', [
        text(
          'Lena, this is the fourth complaint about Aurora rear wheels this quarter. Is it the spokes or the tension?\n',
        ),
        enclosed(complaint),
      ]),
    })
  })
  add('mail/praise.eml', (plant) =>
    letter(plant, {
      from: ruth,
      to: [support],
      subject: 'Thank you',
      date: 'Thu, 6 Mar 2025 18:30:55 +0000',
      id: 'thanks-12@customer.example.org',
      part: text(
        `Dear team,

I only want to say how happy I am. The cargo bike arrived a day early, it was perfectly adjusted, and the children
love it. The lady on the phone was wonderful and explained everything twice without losing her patience. Best
purchase of the year!

Ruth Adeyemi
`,
        { parameters: '; format=flowed' },
      ),
    }),
  )
  add('mail/html-newsletter.eml', (plant) =>
    letter(plant, {
      from: support,
      to: [oliver],
      subject: 'Spring check: free in March',
      date: 'Sat, 1 Mar 2025 07:00:00 +0100',
      id: id('newsletter-3'),
      more: ['List-Unsubscribe: <https://nordlicht.example.com/unsubscribe>'],
      part: multipart('alternative', 'alternative-3', [
        text(
          'Bring your bicycle to one of our dealers in March. The check is free; parts are not.\n',
        ),
        text(
          `<!DOCTYPE html><html><head><title>Spring check</title><style>td { padding: 4px }</style></head><body>
<h1>Spring check</h1><p>Bring your bicycle to one of our dealers <b>in March</b>. The check is free; parts are not.</p>
<table><tr><th>What</th><th>Price</th></tr><tr><td>Check of brakes and gears</td><td>free</td></tr>
<tr><td>New chain</td><td>39&nbsp;&euro;</td></tr></table>
<p>Your dealers see you soon.</p><img src="https://nordlicht.example.com/pixel.gif" width="1" height="1" alt=""></body></html>
`,
          { type: 'text/html', encoding: 'base64' },
        ),
      ]),
    }),
  )
  add('mail/html-only.eml', (plant) =>
    letter(plant, {
      from: marta,
      to: [support],
      subject: 'Pregunta sobre la garantía',
      date: 'Fri, 7 Mar 2025 10:15:00 +0100',
      id: 'garantia-5@pedalea.example.org',
      charset: 'windows-1252',
      part: text(
        `<html><body><p>Buenos días:</p><p>La batería de mi bicicleta ya no pasa del <b>60&nbsp;%</b> y solo tiene
catorce meses. ¿La garantía la cubre? Mi DNI es ${plant('NATIONAL_ID', '12345678Z')} y la compré en Zaragoza.</p>
<p>Muchas gracias,<br>Marta Ibáñez<br>Tel. ${plant('PHONE_NUMBER', '+34 911 234 567')}</p></body></html>
`,
        { type: 'text/html', charset: 'windows-1252' },
      ),
    }),
  )
  add('mail/spam-prize.eml', (plant) =>
    letter(plant, {
      from: { name: 'Lucky Winner Desk', address: 'claims@lucky-desk.example.net' },
      to: [support],
      subject: 'CONGRATULATIONS!!! You have WON $950,000 - claim NOW',
      date: 'Sun, 2 Mar 2025 03:33:33 -0500',
      id: 'win-000@lucky-desk.example.net',
      part: text(`DEAR LUCKY WINNER!!!

You have been selected as the winner of $950,000 in our free international lottery! Click here NOW to claim your cash
prize: 100% free, no risk, limited time offer! Act now, send your bank details and a small fee of $99 to unlock the
guaranteed payment. Buy cheap meds and luxury watches at our partner shop. This is not spam! To be removed reply REMOVE.
`),
    }),
  )
}

const trade = (add) => {
  add('mail/invoice.eml', (plant) =>
    letter(plant, {
      from: tomasz,
      to: [amelie],
      subject: 'Facture 2025-0188',
      date: 'Tue, 11 Mar 2025 14:20:00 +0100',
      id: id('invoice-188'),
      part: multipart('mixed', 'invoice-188', [
        text(`Bonjour Amélie,

vous trouverez ci-joint la facture et le contrat de livraison pour vingt vélos Polaris. Merci de virer le montant
sur notre compte ${plant('IBAN_CODE', 'DE89 3704 0044 0532 0130 00')} avant la fin du mois.

Cordialement
Tomasz
`),
        attachment(
          'facture-2025-0188.pdf',
          'application/pdf',
          pdf([
            [
              'Nordlicht Fahrradwerk - Facture 2025-0188',
              '',
              'Vingt vélos Polaris, cadre M                 24 600,00 EUR',
              'Livraison                                       480,00 EUR',
              'Total                                        25 080,00 EUR',
              '',
              `IBAN ${plant('IBAN_CODE', 'DE89 3704 0044 0532 0130 00')}`,
            ],
            [
              'Conditions: paiement à trente jours. Les leviers de frein sont de la nouvelle série.',
            ],
          ]),
        ),
        attachment(
          'contrat.docx',
          'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
          docx([
            { heading: 'Contrat de livraison' },
            {
              text: 'Le fournisseur livre vingt vélos en deux lots. Le client vérifie chaque lot à la réception.',
            },
            {
              rows: [
                ['Lot', 'Date', 'Vélos'],
                ['1', 'avril', '12'],
                ['2', 'mai', '8'],
              ],
            },
          ]),
        ),
      ]),
    }),
  )
  add('mail/payment-details.eml', (plant) =>
    letter(plant, {
      from: amelie,
      to: [tomasz],
      subject: 'Paiement',
      date: 'Wed, 12 Mar 2025 09:31:00 +0100',
      id: 'paiement-9@velo-lyon.example.org',
      references: [id('invoice-188')],
      charset: 'windows-1252',
      part: text(
        `Bonjour Tomasz,

notre banque demande deux jours, alors je paie l’acompte par carte : ${plant('CREDIT_CARD', '4111 1111 1111 1111')}, elle
expire en 11/27. Le reste part de ${plant('IBAN_CODE', 'FR14 2004 1010 0505 0001 3M02 606')}. Un client voudrait payer en
bitcoins, son adresse est ${plant('CRYPTO', walletOf('example archive customer'))} ; dites-moi si c’est « possible ».

Amélie Fournier
Vélo Lyon · téléphone ${plant('PHONE_NUMBER', '+33 4 72 00 15 28')}
`,
        { charset: 'windows-1252', encoding: 'base64' },
      ),
    }),
  )
  add('mail/japanese-order.eml', (plant) =>
    letter(plant, {
      from: kenji,
      to: [tomasz],
      subject: '注文の件',
      date: 'Thu, 13 Mar 2025 10:00:00 +0900',
      id: 'chumon-31@ginrin.example.net',
      charset: 'iso-2022-jp',
      part: text(
        `お世話になっております。銀輪商会の中村です。

先日お願いした自転車三十台の納期について教えてください。四月の展示会に間に合えば助かります。
ご不明な点がありましたら電話 ${plant('PHONE_NUMBER', '+81 3-5550-0142')} までお願いいたします。

中村
`,
        { charset: 'iso-2022-jp', encoding: '7bit' },
      ),
    }),
  )
  add('mail/russian-delivery.eml', (plant) =>
    letter(plant, {
      from: daria,
      to: [tomasz],
      subject: 'Доставка запчастей',
      date: 'Thu, 13 Mar 2025 15:44:00 +0300',
      id: 'dostavka-4@sever.example.net',
      charset: 'koi8-r',
      part: text(
        `Здравствуйте!

Коробка с тормозными ручками пришла, но двух ручек не хватает. Пришлите их, пожалуйста, со следующей поставкой.
Наш ИНН ${plant('NATIONAL_ID', '500100732259')}, адрес прежний.

С уважением,
Дарья Соколова
`,
        { charset: 'koi8-r', encoding: '8bit' },
      ),
    }),
  )
  add('mail/chinese-sample.eml', (plant) =>
    letter(plant, {
      from: mei,
      to: [priya],
      subject: '样品已寄出',
      date: 'Fri, 14 Mar 2025 11:20:00 +0800',
      id: 'yangpin-8@qingfeng.example.net',
      charset: 'gb18030',
      part: text(
        `您好，

车架样品今天已经寄出，预计五天后到达。请测试焊缝，如果有问题请打电话 ${plant('PHONE_NUMBER', '+86 10 6552 9988')}。

陈
`,
        { charset: 'gb18030', encoding: 'base64' },
      ),
    }),
  )
  add('mail/arabic-question.eml', (plant) =>
    letter(plant, {
      from: omar,
      to: [support],
      subject: 'سؤال عن الدراجة',
      date: 'Sat, 15 Mar 2025 09:00:00 +0300',
      id: 'sual-2@darraja.example.net',
      part: text(
        `السلام عليكم،

هل تشحنون الدراجات إلى عمّان؟ أحتاج إلى دراجتين قبل نهاية الشهر. هاتف ${plant('PHONE_NUMBER', '+962 6 500 1234')}.

عمر الحداد
`,
        { encoding: 'base64' },
      ),
    }),
  )
}

const inside = (add) => {
  add('mail/onboarding.eml', (plant) =>
    letter(plant, {
      from: priya,
      to: [jonas],
      subject: 'Papers of the new engineer in Boston',
      date: 'Mon, 17 Mar 2025 16:00:00 +0100',
      id: id('onboarding-2'),
      part: text(`Hi Jonas,

for payroll: date of birth ${plant('DATE_OF_BIRTH', '12 March 1988')}, social security number
${plant('US_SSN', '219-09-9999')}; her husband has the taxpayer number (ITIN) ${plant('US_ITIN', '912-80-4567')}.
The salary goes to account number ${plant('US_BANK_NUMBER', '4400817736')} at her bank, routing number
${plant('US_BANK_NUMBER', '021000021')}. She showed passport number ${plant('PASSPORT', 'X48291736')} and
driver license ${plant('DRIVER_LICENSE', 'S8812047')}. Her cell phone is ${plant('PHONE_NUMBER', '(617) 555-0142')}.

Please keep this in the personnel file only.

Priya
`),
    }),
  )
  add('mail/company-van.eml', (plant) =>
    letter(plant, {
      from: priya,
      to: [jonas],
      subject: 'The van and the accident',
      date: 'Tue, 18 Mar 2025 09:20:00 +0100',
      id: id('van-1'),
      part: text(`Hi Jonas,

the insurer asks for the VIN ${plant('VIN', '1HGCM82633A004352')} and the number plate: ${plant('LICENSE_PLATE', 'KT58 QZR')}.
The workshop is at ${plant('ADDRESS', '48 Harrowgate Lane')}, they take the company card, which expires ${plant('CARD_DETAIL', '11/2031')}.
Transfers go to BIC ${plant('BANK_CODE', 'MARKDEF1100')}. Our driver was seen by a doctor with the NPI ${plant('MEDICAL_ID', '1245319599')}.

Priya
`),
    }),
  )
  add('mail/national-ids.eml', (plant) =>
    letter(plant, {
      from: jonas,
      to: [priya],
      subject: 'Missing identifiers for the social insurance',
      date: 'Tue, 18 Mar 2025 11:00:00 +0100',
      id: id('identifiers-3'),
      part: text(`Priya,

here is what the offices sent:

Milano: codice fiscale ${plant('NATIONAL_ID', 'RSSMRA85T10A562S')}
Rotterdam: BSN ${plant('NATIONAL_ID', '111222333')}
Manchester: National Insurance ${plant('NATIONAL_ID', 'AB 12 34 56 C')}
Kraków: PESEL ${plant('NATIONAL_ID', '44051401359')}
São Paulo: CPF ${plant('NATIONAL_ID', '123.456.789-09')}
Göteborg: personnummer ${plant('NATIONAL_ID', '811228-9874')}

Jonas
`),
    }),
  )
  add('mail/incident.eml', (plant) =>
    letter(plant, {
      from: priya,
      to: [jonas],
      cc: [lena],
      subject: 'Incident 41: somebody tried the shop server',
      date: 'Wed, 19 Mar 2025 07:40:00 +0100',
      id: id('incident-41'),
      part: text(`Jonas,

On ${plant('DATE_TIME', '18 March 2025', 'everything')} between 02:10 and 03:25 somebody tried 4,000 passwords from ${plant('IP_ADDRESS', '203.0.113.77')} and
${plant('IP_ADDRESS', '2001:db8:4f3a:91c2::17')} against the shop server. None fitted (log: ${plant('URL', 'https://status.nordlicht.example.com/incidents/41', 'everything')}). The machine with the network card
${plant('MAC_ADDRESS', '00:00:5E:00:53:AF')} in the warehouse is the only one that was open; it is off now.

I found old credentials in the deployment notes and changed all of them:
https://${plant('URL_CREDENTIALS', 'deploy:winterrad-9041')}@git.nordlicht.example.com/shop.git
aws key ${plant('SECRET', 'AKIAQ4XWEXAMPLE7TRZN')}
password: ${plant('SECRET', 'Speichen!Nippel_77')}

Please rotate yours as well and answer by noon.

Priya
`),
    }),
  )
  add('mail/compliance.eml', (plant) =>
    letter(plant, {
      from: felix,
      to: [jonas],
      subject: 'between us',
      date: 'Thu, 20 Mar 2025 22:14:00 +0100',
      id: 'quiet-1@broker.example.net',
      part: text(`Jonas,

keep this between us and delete it after reading. The recall is not public before Monday, so the price will not move
until then. If you tell me the number of units tonight I can sell before the announcement and we split the profit.
Nothing in writing after this, call my private phone. Backdate the note if the auditors ask.

Felix
`),
    }),
  )
  add('mail/harassment.eml', (plant) =>
    letter(plant, {
      from: oliver,
      to: [support],
      subject: 'ANSWER ME',
      date: 'Fri, 21 Mar 2025 00:12:00 +0000',
      id: 'angry-3@customer.example.com',
      part: text(`You are a bunch of useless idiots. I hate your stupid company and your pathetic excuses. Whoever wrote
that answer is a moron and should be fired. Shut up and send me my money, you disgusting liars.
`),
    }),
  )
  add('mail/handover-with-zip.eml', (plant) =>
    letter(plant, {
      from: lena,
      to: [priya],
      subject: 'Test reports, second batch',
      date: 'Mon, 24 Mar 2025 13:13:13 +0100',
      id: id('handover-6'),
      part: multipart('mixed', 'handover-6', [
        text('Both reports are in the zip. The levers of the new series passed.\n'),
        attachment(
          'reports.zip',
          'application/zip',
          zip([
            [
              'rig-a.txt',
              'Rig A: 40 levers, 100,000 cycles each, no crack. Load 300 N at the end of the lever.\n',
            ],
            [
              'rig-b.md',
              '# Rig B\n\nCold room at -20 °C, 20 levers, no crack. Two pivots were stiff.\n',
            ],
          ]),
        ),
      ]),
    }),
  )
  add('mail/bounce.eml', (plant) =>
    letter(plant, {
      from: { name: 'Mail Delivery System', address: 'mailer-daemon@nordlicht.example.com' },
      to: [tomasz],
      subject: 'Undelivered Mail Returned to Sender',
      date: 'Mon, 24 Mar 2025 13:20:00 +0100',
      id: id('bounce-1'),
      part: multipart(
        'report',
        'bounce-1',
        [
          text('The mail could not be delivered: the mailbox of the recipient is full.\n'),
          {
            headers: ['Content-Type: message/delivery-status'],
            body: Buffer.from(
              'Reporting-MTA: dns; mail.nordlicht.example.com\r\n\r\nAction: failed\r\nStatus: 5.2.2\r\n',
            ),
          },
        ],
        { parameters: '; report-type=delivery-status' },
      ),
    }),
  )
  add('mail/odd-headers.eml', () =>
    Buffer.from(
      `subject: =?utf-8?Q?no_date=2C_no_sender=2C_a_broken_=?= word =?utf-8?B?w?=\r\nX-Folded: one\r\n\ttwo\r\nContent-Type: text/plain; charset=does-not-exist\r\n\r\nThis mail has neither a date nor a sender, and its charset is unknown. It is read all the same.\r\n`,
      'latin1',
    ),
  )
}

const supportBox = (add) =>
  add('mailboxes/support-2025-03.mbox', (plant) => {
    const plain = (from, subject, day, name, body) => ({
      sender: from.address,
      date: `Mon Mar ${day} 08:00:00 2025`,
      bytes: letter(plant, {
        from,
        to: [support],
        subject,
        date: `Mon, ${day} Mar 2025 08:00:00 +0000`,
        id: `${name}@customer.example.com`,
        part: text(body, { charset: 'us-ascii', encoding: '7bit' }),
      }),
    })
    return mbox([
      plain(
        oliver,
        'Where is my order?',
        10,
        'box-1',
        'Order 88123 was promised for last week. It is still in your warehouse. When will it be sent?\n',
      ),
      plain(
        ruth,
        'Which tyres fit?',
        10,
        'box-2',
        'Do the 50 mm tyres fit the Aurora with mudguards? The manual only speaks of 47 mm.\n',
      ),
      plain(
        oliver,
        'Re: Where is my order?',
        17,
        'box-3',
        'Thank you for the quick answer and for the tracking number.\n\nFrom now on I will order by phone.\n',
      ),
      plain(
        ruth,
        'Creaking noise',
        24,
        'box-4',
        `The bottom bracket creaks when I stand up. Can I come by on Saturday? My mobile is ${plant('PHONE_NUMBER', '+44 7700 900461')}.\n`,
      ),
      plain(
        marta,
        'Repair of a light',
        31,
        'box-5',
        'The rear light of my bicycle went dark after rain. Is the cable sold as a spare part?\n',
      ),
    ])
  })

export const addMails = (add) => {
  thread(add)
  customers(add)
  trade(add)
  inside(add)
  supportBox(add)
}
