import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { once } from 'node:events'

/**
 * Mails written by a program: plain, quoted-printable, HTML, with replies, signatures and attachments, with invented
 * people and personal data. Mail `i` of a seed is the same on every machine.
 */
export const mailOf = (index: number, seed = 1, imageBytes = 0): string => {
  const random = randomOf(index, seed)
  const from = personOf(random)
  const to = personOf(random)
  const subject = sentence(random, 4)
  const date = new Date(Date.UTC(2021, 0, 1) + index * 3_600_000).toUTCString()
  const headers = [
    `From: ${from.name} <${from.address}>`,
    `To: ${to.name} <${to.address}>`,
    `Subject: ${index % 3 === 0 ? 'Re: ' : ''}${subject}`,
    `Date: ${date}`,
    `Message-ID: <${seed}.${index}@mail.example>`,
    ...(index % 3 === 0 ? [`In-Reply-To: <${seed}.${index - 1}@mail.example>`] : []),
    'MIME-Version: 1.0',
  ]
  const body = bodyOf(index, random, from, to)
  return [...headers, ...(imageBytes > 0 ? withImage(index, body, imageBytes) : body)].join('\r\n')
}

type Random = () => number

/** The same lines begun elsewhere: no two images are equal, and making them costs nothing. */
const imageLines = (): readonly string[] => {
  const random = randomOf(0, 7)
  const bytes = Buffer.from(Array.from({ length: 1 << 20 }, () => Math.floor(random() * 256)))
  return bytes.toString('base64').match(/.{1,76}/g) ?? []
}
let lines: readonly string[] | undefined

/** The body with an image of so many bytes behind it, in base64. */
const withImage = (
  index: number,
  body: readonly string[],
  imageBytes: number,
): readonly string[] => {
  lines ??= imageLines()
  const count = Math.ceil(imageBytes / 57)
  const start = (index * 977) % lines.length
  const image = Array.from({ length: count }, (_, line) => lines![(start + line) % lines!.length]!)
  const boundary = `i${index}x`
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...body,
    `--${boundary}`,
    `Content-Type: image/png; name="picture-${index}.png"`,
    'Content-Transfer-Encoding: base64',
    '',
    ...image,
    `--${boundary}--`,
    '',
  ]
}

/** mulberry32 over seed and index: small, and the same everywhere. */
const randomOf = (index: number, seed: number): Random => {
  let state = (seed * 0x9e3779b9 + index * 0x85ebca6b) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pick = <T>(random: Random, items: readonly T[]): T =>
  items[Math.floor(random() * items.length)] as T

const words =
  `account agenda agreement amount answer archive balance bridge budget build call cargo change clear client cloud copy
   cost customer data delay delivery design detail draft drive energy engine evening export factory figure final garden
   harbour history hotel idea invoice island journey kitchen label ladder letter light list machine manual market meeting
   memory method minute model month morning network notice number offer office order paper partner path payment people
   phone picture plan plant point policy port price problem process product profit project quality question quarter rain
   range reason record refund region report request result review river road room sample schedule season second server
   service share signal silver simple sister site space station steel storage storm stream street summary supply system
   table target team test ticket time tower track trade train travel tree trial truck update value version village visit
   volume wall warehouse water weather week window winter wood work world write yard year yellow`.split(
    /\s+/,
  )
const verbs =
  'asks brings checks closes counts delays explains keeps leaves moves needs opens plans sends shows takes'.split(
    ' ',
  )
const firstNames =
  'Anouk Bela Ciro Dunja Edda Falk Greta Hanno Ilse Jorin Kaia Lasse Mirre Nils Oda Pelle Runa Sten Tilda Ulf'.split(
    ' ',
  )
const lastNames =
  'Abendrot Birkmoor Dornhag Eschenfeld Farnwald Grauheim Hollertal Immerschon Kieselbach Lindquell'.split(
    ' ',
  )

const personOf = (random: Random) => {
  const [first, last] = [pick(random, firstNames), pick(random, lastNames)]
  return { name: `${first} ${last}`, address: `${first}.${last}@example.org`.toLowerCase() }
}

const sentence = (random: Random, length: number): string => {
  const parts = Array.from({ length }, () => pick(random, words))
  parts.splice(1, 0, pick(random, verbs))
  const text = parts.join(' ')
  return text[0]?.toUpperCase() + text.slice(1)
}

const paragraph = (random: Random): string =>
  Array.from(
    { length: 3 + Math.floor(random() * 4) },
    () => `${sentence(random, 5 + Math.floor(random() * 9))}.`,
  ).join(' ')

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => Math.floor(random() * 10)).join('')

const personalLine = (random: Random): string =>
  pick(random, [
    () => `Call me at +49 30 ${digits(random, 4)} ${digits(random, 4)}.`,
    () => `Write to ${personOf(random).address} instead.`,
    () => `The card is ${luhn(`4${digits(random, 14)}`)}.`,
    () => `The host is 10.${digits(random, 2)}.${digits(random, 2)}.7.`,
    () => sentence(random, 8),
  ])()

const luhn = (body: string): string => {
  const sum = Array.from(body)
    .reverse()
    .reduce((total, digit, place) => {
      const value = Number(digit) * (place % 2 === 0 ? 2 : 1)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}

type Person = ReturnType<typeof personOf>

const textOf = (random: Random, from: Person, to: Person, reply: boolean): readonly string[] => [
  `Dear ${to.name.split(' ')[0]},`,
  '',
  paragraph(random),
  '',
  personalLine(random),
  paragraph(random),
  ...(reply
    ? ['', `${to.name} wrote:`, ...Array.from({ length: 4 }, () => `> ${sentence(random, 9)}`)]
    : []),
  '',
  '-- ',
  from.name,
  `Tel. +44 20 7946 0${digits(random, 3)}`,
]

const bodyOf = (index: number, random: Random, from: Person, to: Person): readonly string[] => {
  const text = textOf(random, from, to, index % 3 === 0)
  if (index % 7 === 1) {
    const html = `<html><body>${text.map((line) => `<p>${line}</p>`).join('')}</body></html>`
    return ['Content-Type: text/html; charset=utf-8', '', html, '']
  }
  if (index % 11 === 2) return mixed(index, random, text)
  return ['Content-Type: text/plain; charset=utf-8', '', ...text, '']
}

const mixed = (index: number, random: Random, text: readonly string[]): readonly string[] => {
  const boundary = `b${index}x`
  const notes = Array.from({ length: 10 }, () => sentence(random, 8)).join('\n')
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...text,
    `--${boundary}`,
    'Content-Type: text/plain; name="notes.txt"',
    'Content-Disposition: attachment; filename="notes.txt"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(notes).toString('base64'),
    `--${boundary}--`,
    '',
  ]
}

/** Writes `count` mails as single files, a thousand to a folder. */
export const writeMailFolder = async (folder: string, count: number, seed = 1): Promise<void> => {
  for (let index = 0; index < count; index++) {
    const sub = join(folder, String(Math.floor(index / 1000)).padStart(4, '0'))
    if (index % 1000 === 0) await mkdir(sub, { recursive: true })
    await writeFile(join(sub, `${index}.eml`), mailOf(index, seed))
  }
}

/** Writes mails, each with an image where `imageBytes` says so, as one mbox until it holds `bytes` bytes. Answers how many. */
export const writeMbox = async (
  file: string,
  bytes: number,
  seed = 1,
  imageBytes = 0,
): Promise<number> => {
  const out = createWriteStream(file)
  let written = 0
  let count = 0
  while (written < bytes) {
    const stuffed = mailOf(count, seed, imageBytes)
      .replaceAll('\r\n', '\n')
      .replace(/^(>*From )/gm, '>$1')
    const entry = `From sender@example.org Thu Jan  1 00:00:00 2021\n${stuffed}\n\n`
    written += Buffer.byteLength(entry)
    count++
    if (!out.write(entry)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
  return count
}
