import { createRequire } from 'node:module'
import { isDigit } from '../char-classes.ts'
import type { Scan } from '../scan.ts'
import { NATIONAL_IDS, type NationalId } from './national-id-table.ts'

const BY_WORD = new Map<string, NationalId[]>()
for (const entry of NATIONAL_IDS) {
  for (const word of entry.words.split(' '))
    BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), entry])
}
const ALONE = NATIONAL_IDS.filter(({ alone }) => alone)

/** Words that announce a national identifier, in lower case. */
export const nationalIdWords: Iterable<string> = [...BY_WORD.keys()]

type Validators = Readonly<
  Record<string, { readonly validate: (value: string) => { readonly isValid: boolean } }>
>

const require = createRequire(import.meta.url)
const loaded = new Map<string, Validators>()

/**
 * Of one country, read when the first number asks for it: all of them are hundreds of modules, most of which no number of an archive ever
 * asks for.
 */
const validatorsOf = (country: string): Validators => {
  let validators = loaded.get(country)
  if (!validators) {
    validators = require(`stdnum/lib/cjs/${country.toLowerCase()}`) as Validators
    loaded.set(country, validators)
  }
  return validators
}

const compact = (value: string) => value.replace(/[ ./()-]/g, '')

/** stdnum makes an error of every value that fails: without its stack that costs a quarter. */
const validates = (country: string, key: string, value: string): boolean => {
  const validator = validatorsOf(country)[key]
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return validator?.validate(value).isValid === true
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const checks = ({ country, key, check }: NationalId, value: string): boolean =>
  check ? check(compact(value).toUpperCase()) : validates(country, key, value)

const fits = ({ lengths }: NationalId, length: number) =>
  length >= lengths[0] && length <= lengths[1]

const inner = (form: RegExp) => form.source.slice(1, -1)
/** Any of the telling forms, ended by neither letter nor digit. The longest form that fits is found by trying each. */
const ANY_FORM = new RegExp(
  `(?:${ALONE.map(({ alone }) => inner(alone!)).join('|')})(?![\\p{L}\\d_]|[.-]\\d)`,
  'iuy',
)
const FORMS = ALONE.map((entry) => ({
  entry,
  form: new RegExp(`${inner(entry.alone!)}(?![\\p{L}\\d_]|[.-]\\d)`, `${entry.alone!.flags}uy`),
}))

/** These have a telling form and no checksum. */
const WITHOUT_CHECKSUM = new Set([
  'GB.nino',
  'IN.pan',
  'US.mbi',
  'LK.nic',
  'NG.nin',
  'EG.nid',
  'PH.psn',
  'ID.nik',
  'MX.rfc',
])

const scoreOf = ({ country, key }: NationalId): number =>
  WITHOUT_CHECKSUM.has(`${country}.${key}`) ? 70 : 95

export interface NationalIdMatch {
  readonly end: number
  readonly type: string
  readonly score: number
  readonly recogniser: string
}

const matchOf = (entry: NationalId, end: number): NationalIdMatch => ({
  end,
  type: entry.type ?? 'NATIONAL_ID',
  score: scoreOf(entry),
  recogniser: `${entry.type ? 'medical' : 'national-id'}/${entry.country}.${entry.key}`,
})

/** What may stand behind the digits that a telling form begins with, by their number: `L` is a letter, `$` anything. */
const BEHIND_DIGITS = '| .-L|.-| .-| -| .-|/-+L| .-| -+L| L| .|.-||$||$||L|$'.split('|')
/** The same of letters; `9` is a digit. */
const BEHIND_LETTERS = ['', '-9', ' 9', '', '9', '9', '9']

const isLetter = (code: number) => (code | 32) >= 97 && (code | 32) <= 122

/** A look at how a value begins: what it turns down has none of the forms. Letters beyond ASCII may be one of ASCII in another case. */
export const mayBeNationalId = (units: Uint16Array, start: number): boolean => {
  let end = start
  const numeric = isDigit(units[start]!)
  if (numeric) while (isDigit(units[end]!)) end++
  else while (isLetter(units[end]!)) end++
  const next = units[end]!
  if (next > 127) return true
  const behind = (numeric ? BEHIND_DIGITS : BEHIND_LETTERS)[end - start] ?? ''
  if (behind === '$') return true
  const kind = isLetter(next) ? 'L' : isDigit(next) ? '9' : String.fromCharCode(next)
  return behind.includes(kind)
}

/** The identifier that begins at `start` and whose form and checksum are enough. */
export const nationalIdAt = (
  { text, units }: Pick<Scan, 'text' | 'units'>,
  start: number,
): NationalIdMatch | undefined => {
  if (!mayBeNationalId(units, start)) return undefined
  ANY_FORM.lastIndex = start
  if (!ANY_FORM.test(text)) return undefined
  for (const { entry, form } of FORMS) {
    form.lastIndex = start
    if (!form.test(text)) continue
    const end = form.lastIndex
    if (checks(entry, text.slice(start, end))) return matchOf(entry, end)
  }
  return undefined
}

/** The identifier that a value is which one of the words near it names, and that passes its check. */
export const nationalIdNamed = (value: string, word: string): NationalIdMatch | undefined => {
  const { length } = compact(value)
  const found = BY_WORD.get(word)?.find((entry) => fits(entry, length) && checks(entry, value))
  return found && matchOf(found, value.length)
}
