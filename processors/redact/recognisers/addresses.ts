import { CLASSES, LETTER, tableOf } from '../char-classes.ts'
import { CAPITALS, ENDS, LETTERS, isCapital } from './letters.ts'
import { matchAt, type Cue, type CueMatch, type CueTable } from './cue.ts'

const SCORE = 55
const LOOK_BACK = 72

const CAPITALISED = `[${CAPITALS}][${LETTERS}'’.-]{0,24}`
const GB_POST_CODE = '[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[ABD-HJLNP-UW-Z]{2}'
const POST_CODE = `(?:[A-Z]{2} \\d{5}(?:-\\d{4})?|${GB_POST_CODE}|\\d{5}(?:-\\d{4})?)`
const TOWN_LINE = `(?:,?[ \\r\\n]{1,3}(?:${CAPITALISED}[ ]?){1,3},? ?(?:${POST_CODE})|,?[ \\r\\n]{1,3}(?:[A-Z]{1,2}-)?\\d{4,5} ${CAPITALISED}(?:[ -]${CAPITALISED})?)`

const address = (start: number, end: number, recogniser: string): CueMatch => ({
  start,
  end,
  type: 'ADDRESS',
  score: SCORE,
  recogniser,
})

const UNIT =
  /(?: (?:N[EW]?|S[EW]?|E|W)\.?(?=[,\s]))?(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|Flat|Room|#)\.? ?#?[A-Za-z\d-]{1,6}(?![A-Za-z\d]))?/y
const TOWN = new RegExp(`${TOWN_LINE}${ENDS}`, 'y')

/** The end of an address when unit and town follow the street. */
const withTown = (text: string, end: number): number => {
  const unit = matchAt(UNIT, text, end)?.[1] ?? end
  TOWN.lastIndex = unit
  const last = TOWN.test(text) ? TOWN.lastIndex : unit
  return last > unit && text.charCodeAt(last - 1) === 46 ? last - 1 : last
}

const BEFORE_SUFFIX = new RegExp(
  `(?<![${LETTERS}\\d.,/:*#•✱█-])(?<number>\\d{1,5}[A-Za-z]?(?:[-/]\\d{1,5})?),? (?:(?:[NSEW]\\.?|North|South|East|West|NE|NW|SE|SW) )?(?:(?:${CAPITALISED}|\\d{1,3}(?:st|nd|rd|th)) ){1,4}$`,
)
/** These end phrases as often as they end streets. */
const AMBIGUOUS =
  /^(?:Court|Place|Way|Close|Row|Square|Drive|Circle|Park|Gardens|Terrace|Pl|Ct|Dr|Sq)$/
const YEAR = /^(?:19|20)\d\d$/

/** `221 Baker Street`: a number and names before the word. */
const suffix: Cue = (text, start, end) => {
  if (text.charCodeAt(start - 1) !== 32) return undefined
  const from = Math.max(0, start - LOOK_BACK)
  const word = text.slice(start, end)
  const match = BEFORE_SUFFIX.exec(text.slice(from, start))
  if (!match || (AMBIGUOUS.test(word) && YEAR.test(match.groups!['number']!))) return undefined
  const stop = word.length <= 4 && text.charAt(end) === '.' ? end + 1 : end
  return address(from + match.index, withTown(text, stop), 'address/street')
}

const LINK =
  "(?:(?:de la|de l['’]|de los|de las|dei|degli|delle|della|dello|del|des|de|du|do|dos|da|das|la|le|les|al|nad) ?){0,2}"
const STREET_NAME = `${LINK}(?:(?:${CAPITALISED}|\\d{1,2})(?:[ ]${LINK})?){1,4}`
const NUMBER = `(?:,? {0,2}(?:n[°ºo.]{0,2}|nr\\.?|д\\.?|дом|bl\\.?|#)? ?\\d{1,4} ?[a-zA-Zа-я]?(?:[-/]\\d{1,4})?)${ENDS}`
const AFTER_PREFIX = new RegExp(`\\.? ${STREET_NAME}${NUMBER}`, 'y')
const NAME_AFTER_PREFIX = new RegExp(`\\.? ${STREET_NAME}`, 'y')
const NUMBER_BEFORE = /(?<![A-Za-z\d.,/:*#•✱█-])\d{1,4}(?: ?(?:bis|ter|[a-zA-Z]))?,? $/

const trimmed = (text: string, start: number, end: number): number => {
  let last = end
  while (last > start && /[\s.,]/.test(text.charAt(last - 1))) last--
  return last
}

/** `12 rue de la Paix`, `Calle Mayor 5`, `ул. Ленина, д. 5`: the word comes first, the number before or behind. */
const prefix: Cue = (text, start, end) => {
  const behind = matchAt(AFTER_PREFIX, text, end)
  if (behind) return address(start, withTown(text, behind[1]), 'address/street')
  const from = Math.max(0, start - 12)
  const before = NUMBER_BEFORE.exec(text.slice(from, start))
  const name = before && matchAt(NAME_AFTER_PREFIX, text, end)
  if (!before || !name) return undefined
  const stop = trimmed(text, end, name[1])
  return address(from + before.index, withTown(text, stop), 'address/street')
}

const BOX_NUMBER =
  /(?:[. ]{0,2}(?:Box|box|BOX))?[ .:#]{1,3}(?:n[°º.]? ?)?\d{1,6}(?: \d{2,3})?(?![A-Za-z\d])/y
/** `P.O. Box 123`, `Postfach 12 34`: `start` is at the word that names it. */
const box: Cue = (text, start, end) => {
  const place = matchAt(BOX_NUMBER, text, end)
  if (!place) return undefined
  const before = /(?:P\.? ?O\.? |post office )$/i.exec(text.slice(Math.max(0, start - 12), start))
  const word = text.slice(start, end).toLowerCase()
  if (word === 'box' && !before) return undefined
  return address(start - (before?.[0].length ?? 0), place[1], 'address/box')
}

const COMPOUND =
  /(?:straße|strasse|str|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|gatan|vägen|gata|gate|veien|vej|gade|katu|tie|^utca|^tér)$/i
/** Last letters of all of them, without case: spares most words the look. */
const LAST_LETTERS = tableOf('ergzmtnueaj')
const MORE_WORDS = new RegExp(`(?<![${LETTERS}\\d])(?:${CAPITALISED}[ -]){1,3}$`)
const HOUSE = new RegExp(`\\d{1,4} ?[a-zA-Z]?(?:[-–/]\\d{1,4}[a-z]?)?(?![${LETTERS}\\d.:/])`, 'y')
const MAX_WORD = 32

const isLetter = (code: number) => (CLASSES[code]! & LETTER) !== 0

/** `Hauptstraße 12, 10115 Berlin`: asked for the number at `at`, whose street is one word, or ends in one. */
export const compoundStreet = (text: string, at: number): CueMatch | undefined => {
  const last = text.charCodeAt(at - 2) === 46 ? at - 2 : at - 1
  if (LAST_LETTERS[text.charCodeAt(last - 1) | 32] === 0) return undefined
  let start = last
  while (start > 0 && last - start < MAX_WORD && isLetter(text.charCodeAt(start - 1))) start--
  const first = text.charCodeAt(start)
  if (last - start < 3 || !(isCapital(first) || isHyphened(text, start))) return undefined
  if (!COMPOUND.test(text.slice(start, last))) return undefined
  const from = Math.max(0, start - LOOK_BACK)
  const more = MORE_WORDS.exec(text.slice(from, start))
  // `Weg 5` is a street only with its name before it.
  if (last - start < 7 && !more) return undefined
  HOUSE.lastIndex = at
  const end = HOUSE.test(text) ? HOUSE.lastIndex : matchEnd(text, at)
  const begin = more ? from + more.index : start
  return end < 0 ? undefined : address(begin, withTown(text, end), 'address/street')
}

const isHyphened = (text: string, start: number) =>
  text.charCodeAt(start - 1) === 45 && isLetter(text.charCodeAt(start - 2))

/** A full stop or colon behind the house number ends the sentence unless digits follow. */
const HOUSE_LAST = /\d{1,4}[a-z]?(?=[.:](?:\s|$))/y
const matchEnd = (text: string, at: number): number => {
  HOUSE_LAST.lastIndex = at
  return HOUSE_LAST.test(text) ? HOUSE_LAST.lastIndex : -1
}

const POST_CODES =
  /(?:[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)(?![A-Za-z\d_]|[-.]\d)/y

/** A British or Canadian post code that begins with the token at `start`. */
export const postCodeAt = (text: string, start: number): CueMatch | undefined => {
  POST_CODES.lastIndex = start
  return POST_CODES.test(text)
    ? address(start, POST_CODES.lastIndex, 'address/post-code')
    : undefined
}

export const ADDRESS_CUES: CueTable = [
  [
    'street st avenue ave road rd lane ln drive dr boulevard blvd court ct place pl square sq terrace way highway hwy ' +
      'parkway pkwy circle close crescent gardens grove mews row',
    'ADDRESS',
    suffix,
    'capital',
  ],
  [
    'rue avenue boulevard place chemin allée allee impasse quai ulica ul aleja ул улица проспект переулок',
    'ADDRESS',
    prefix,
  ],
  [
    'calle avenida plaza paseo carrer via viale piazza corso largo rua travessa praça',
    'ADDRESS',
    prefix,
    'capital',
  ],
  ['box postfach postbus apartado', 'ADDRESS', box],
]
