import { CLASSES, LETTER, tableOf } from '../char-classes.ts'
import { CAPITALS, ENDS, LETTERS, isCapital } from './letters.ts'
import { matchAt, type Cue, type CueMatch, type CueTable } from './cue.ts'

const SCORE = 55
const LOOK_BACK = 72

const CAPITALISED = `[${CAPITALS}][${LETTERS}'’.-]{0,24}`
const GB_POST_CODE = '[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[ABD-HJLNP-UW-Z]{2}'
const POST_CODE = `(?:[A-Z]{2} \\d{5}(?:-\\d{4})?|${GB_POST_CODE}|\\d{5}(?:-\\d{4})?)`
const TOWN_BEHIND_CODE = `${CAPITALISED}(?:[ -]${CAPITALISED})?`
const TOWN_LINE = `(?:,?[ \\r\\n]{1,3}(?:${CAPITALISED}[ ]?){1,3},? ?(?:${POST_CODE})|(?:,?[ \\r\\n]{1,3}| - )(?:[A-Z]{1,2}-)?\\d{4,5} ${TOWN_BEHIND_CODE})`

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
const STREET_NAME = `${LINK}(?:(?:${CAPITALISED}|\\d{1,2}(?!\\d))(?:[ ]${LINK})?){1,4}`
const NUMBER = `(?:,? {0,2}(?:n[°ºo.]{0,2}|nr\\.?|д\\.?|дом|bl\\.?|#)? ?\\d{1,4}(?: ?[a-zA-Zа-я])?(?:[-/](?:\\d{1,4}|[A-Z]))?)${ENDS}`
const AFTER_PREFIX = new RegExp(`\\.? ${STREET_NAME}${NUMBER}`, 'y')
const NAME_AFTER_PREFIX = new RegExp(`\\.? ${STREET_NAME}`, 'y')
const NUMBER_BEFORE =
  /(?<![A-Za-z\d.,/:*#•✱█-])\d{1,4}(?:-\d{1,4})?(?: ?(?:bis|ter|quater|[a-zA-Z]))?,? $/
const REACH_OF_NUMBER = 18

const trimmed = (text: string, start: number, end: number): number => {
  let last = end
  while (last > start && /[\s.,]/.test(text.charAt(last - 1))) last--
  return last
}

/** `12 rue de la Paix`, `Calle Mayor 5`, `ул. Ленина, д. 5`: the word comes first, the number before or behind. */
const prefix: Cue = (text, start, end) => {
  const behind = matchAt(AFTER_PREFIX, text, end)
  return behind
    ? address(start, withTown(text, behind[1]), 'address/street')
    : behindNumber(text, start, end, NAME_AFTER_PREFIX)
}

/** A number before the word `[start, end)` and a name behind it. */
const behindNumber = (
  text: string,
  start: number,
  end: number,
  form: RegExp,
): CueMatch | undefined => {
  const from = Math.max(0, start - REACH_OF_NUMBER)
  const before = NUMBER_BEFORE.exec(text.slice(from, start))
  const name = before && matchAt(form, text, end)
  if (!before || !name) return undefined
  const stop = trimmed(text, end, name[1])
  return address(from + before.index, withTown(text, stop), 'address/street')
}

const LINKED = "(?:de la |de l['’]|des |du |de |d['’])"
/** Names in small letters only behind a word that links them: `rue des lilas`. */
const SMALL_NAME = new RegExp(
  ` ${LINKED}[${LETTERS}-]{3,24}(?: [${CAPITALS}][${LETTERS}-]{1,24})?`,
  'y',
)
const LINKED_NAME = new RegExp(` ${LINKED}${STREET_NAME}`, 'y')

/** `12 rue des lilas`. */
const smallName: Cue = (text, start, end) => behindNumber(text, start, end, SMALL_NAME)

/** `2 route de Paris`: the word alone says little. */
const linkedName: Cue = (text, start, end) => behindNumber(text, start, end, LINKED_NAME)

/** `5 bd Voltaire`, `8 av. Foch`, `Av. Diagonal 440`; not `5 AV Receivers`. */
const abbreviated: Cue = (text, start, end) => {
  if (isCapital(text.charCodeAt(start + 1))) return undefined
  return isCapital(text.charCodeAt(start))
    ? prefix(text, start, end)
    : behindNumber(text, start, end, NAME_AFTER_PREFIX)
}

/** `Via Roma 5`, `in via Garibaldi 12`: in small letters the word by itself is English, too. */
const via: Cue = (text, start, end) =>
  isCapital(text.charCodeAt(start)) ||
  /(?:^|\s)in $/i.test(text.slice(Math.max(0, start - 4), start))
    ? prefix(text, start, end)
    : undefined

const SIGN = /(?:\/|\.so|\.le|\.zza|\.za) ?/y

/** `C/ Mayor 5`, `C.so Garibaldi 7`, `V.le Monza 3`, `P.zza Duomo 1`: `start` is at the letter. */
const sign: Cue = (text, start, end) => {
  const word = matchAt(SIGN, text, end)
  if (!word) return undefined
  return prefix(text, start, word[1] - (text.charCodeAt(word[1] - 1) === 32 ? 1 : 0))
}

const GERMAN_TOWN = `(?:,|,? ?\\r?\\n)? ?(?:[A-Z]{1,2}-\\d{4,5}|\\d{5}) ${TOWN_BEHIND_CODE}`
const PLACE = new RegExp(
  `(?: (?:de[nrm]|alten|neuen))?(?: ${CAPITALISED}){1,2} \\d{1,4}(?: ?[a-z])?${GERMAN_TOWN}${ENDS}`,
  'y',
)
/** `Am Markt 5, 20095 Hamburg`, `Unter den Linden 77, 10117 Berlin`: only with its town. */
const place: Cue = (text, start, end) => {
  const match = matchAt(PLACE, text, end)
  return match && address(start, match[1], 'address/street')
}

const BOX_WITH_TOWN = new RegExp(
  `[. ]{1,2}\\d{1,6}[ ,\\r\\n-]{1,4}(?:F-)?\\d{5} ${TOWN_BEHIND_CODE}${ENDS}`,
  'y',
)
/** `BP 123, 75001 Paris`: blood pressure has no town. */
const frenchBox: Cue = (text, start, end) => {
  const match = matchAt(BOX_WITH_TOWN, text, end)
  return match && address(start, match[1], 'address/box')
}

const BOX_NUMBER =
  /(?:[. ]{0,2}(?:Box|box|BOX|de [Cc]orreos))?[ .:#]{1,3}(?:n[°º.]? ?)?\d{1,6}(?: \d{2,3})?(?![A-Za-z\d])/y
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
  ['largo rua travessa praça cl', 'ADDRESS', prefix, 'capital'],
  ['calle avenida avda plaza pza paseo carrer viale piazza corso vicolo', 'ADDRESS', prefix],
  ['via', 'ADDRESS', via],
  ['av bd bld blvd boul', 'ADDRESS', abbreviated],
  ['rue chemin impasse allée', 'ADDRESS', smallName],
  ['route passage', 'ADDRESS', linkedName],
  ['c v p', 'ADDRESS', sign, 'capital'],
  ['am auf unter zum zur', 'ADDRESS', place, 'capital'],
  ['box postfach postbus apartado apdo', 'ADDRESS', box],
  ['bp', 'ADDRESS', frenchBox, 'capital'],
]
