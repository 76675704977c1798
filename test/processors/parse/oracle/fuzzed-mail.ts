import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generator, mutate, type Below } from '../fuzz/mutate.ts'
import { attachment, body, type Part } from './fuzzed-parts.ts'
import { addressList, aDate, encodedWords, headerLines, words } from './fuzzed-headers.ts'

/** How a mail was made: by the rules with odd but allowed writings, or that and damaged in one to eight places. */
export type FuzzKind = 'written' | 'damaged'

export interface FuzzedMail {
  readonly name: string
  readonly kind: FuzzKind
  readonly content: Buffer
}

/** Mails of the example archive. */
const EXAMPLES = fileURLToPath(new URL('../../../../../examples/archive/mail', import.meta.url))
let examples: readonly Buffer[] | undefined
const exampleMails = (): readonly Buffer[] =>
  (examples ??= readdirSync(EXAMPLES)
    .sort()
    .map((name) => readFileSync(`${EXAMPLES}/${name}`)))

/** The mail of a run: always the same. One in four is damaged, one in ten is of the example archive. */
export const fuzzedMail = (run: number): FuzzedMail => {
  const below = generator(run * 7919 + 1)
  for (let warm = 0; warm < 4; warm++) below(2)
  const written = below(10) === 0 ? anExample(below) : aMail(below)
  const kind = below(4) === 0 ? 'damaged' : 'written'
  const content = kind === 'damaged' ? mutate(written, below) : written
  return { name: `run ${run}`, kind, content }
}

/** The mails of runs one after the other. */
export function* fuzzedMails(from: number, count: number): Generator<FuzzedMail> {
  for (let run = from; run < from + count; run++) yield fuzzedMail(run)
}

/** A mail of the archive as another mailer would have sent it: other line ends, names of headers, another boundary. */
const anExample = (below: Below): Buffer => {
  const mails = exampleMails()
  const text = mails[below(mails.length)]!.toString('latin1').replaceAll('\r\n', '\n')
  const end = text.indexOf('\n\n')
  const head = text.slice(0, end).replace(/^[\w-]+(?=:)/gm, (name) => cased(name, below))
  return lineEnds(`${head}${text.slice(end)}`, below)
}

const aMail = (below: Below): Buffer => {
  const root = tree(below, 0)
  const headers: [string, string][] = [
    ['From', addressList(below, 1)],
    ['To', addressList(below, 1 + below(4))],
    ['Subject', below(3) === 0 ? words(below, 6) : encodedWords(words(below, 6), below)],
    ['Date', aDate(below)],
    ['Message-ID', `<${below(1e6)}@mail.example>`],
    ['MIME-Version', '1.0'],
    ...(below(3) === 0 ? ([['Cc', addressList(below, 1 + below(3))]] as [string, string][]) : []),
    ...(below(5) === 0 ? ([['X-Long', words(below, 60)]] as [string, string][]) : []),
    ...(below(20) === 0 ? ([['Subject', 'a second subject']] as [string, string][]) : []),
  ]
  shuffle(headers, below)
  const head = [...headerLines(headers, below), ...root.headers]
  return lineEnds(
    `${head.map((line) => line.replace(/^[\w-]+(?=:)/, (name) => cased(name, below))).join('\n')}\n\n${root.body}`,
    below,
  )
}

/** A body, or a multipart of some, three deep at most. */
const tree = (below: Below, depth: number): Part => {
  if (depth === 3 || below(depth === 0 ? 2 : 3) !== 0) return body(below)
  const first = tree(below, depth + 1)
  const more = Array.from({ length: below(3) }, () => attachment(below))
  return multipart([first, ...more], below, depth)
}

const BOUNDARIES = [
  'edge',
  'a b c',
  "=_(x)'+,-./:=?",
  '----=_Next_0',
  '-',
  '==abc==',
  'B'.repeat(60),
]

const multipart = (parts: readonly Part[], below: Below, depth: number): Part => {
  // The first one of an outer multipart never begins like that of an inner one.
  const boundary = `${depth}${BOUNDARIES[below(BOUNDARIES.length)]!}`
  const blank = (): string => (below(6) === 0 ? ' '.repeat(1 + below(3)) : '')
  const pieces = parts.map(
    ({ headers, body: inner }) =>
      `--${boundary}${blank()}\n${headers.join('\n')}${headers.length > 0 ? '\n' : ''}\n${inner}\n`,
  )
  const preamble = below(3) === 0 ? `${words(below, 5)}\n` : ''
  const end = below(20) === 0 ? '' : `--${boundary}--${blank()}\n`
  const epilogue = below(6) === 0 ? `${words(below, 4)}\n` : ''
  const type = ['mixed', 'mixed', 'related', 'report', 'X-Other'][below(5)]!
  return {
    headers: [
      `Content-Type: multipart/${type};${['', '\n\t', ' '][below(3)]!}boundary="${boundary}"`,
    ],
    body: `${preamble}${pieces.join('')}${end}${end === '' ? '' : epilogue}`,
  }
}

const cased = (name: string, below: Below): string =>
  [name, name, name.toLowerCase(), name.toUpperCase()][below(4)]!

const shuffle = (items: unknown[], below: Below): void => {
  for (let at = items.length - 1; at > 0; at--) {
    const other = below(at + 1)
    ;[items[at], items[other]] = [items[other], items[at]]
  }
}

const lineEnds = (text: string, below: Below): Buffer =>
  Buffer.from(below(3) === 0 ? text : text.replaceAll('\n', '\r\n'), 'latin1')
