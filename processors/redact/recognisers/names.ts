import { isNameSurrogate } from '../placeholder.ts'
import { CAPITALS, LETTERS, isCapital } from './letters.ts'
import { cjkName, cjkRole } from './cjk-labels.ts'
import { matchAt, type Cue, type CueMatch, type CueTable } from './cue.ts'

/** Weaker than anything with a checksum: only a word beside it says that this is a name. */
const SCORE = 55

const WORD = `[${CAPITALS}][${LETTERS}'’-]{1,29}`
const PARTICLE =
  '(?:van|von|vom|zu|zum|zur|de|der|den|del|della|di|da|do|dos|das|du|la|le|el|al|bin|ibn|ben|ten|ter|af|av|y|e)'
const GAP = '[ \\t\\u00a0]{1,2}'
const NAME = `(?:${WORD}|[${CAPITALS}]\\.)(?:${GAP}(?:${PARTICLE}${GAP}){0,3}(?:${WORD}|[${CAPITALS}]\\.)){0,4}`

/** Words that begin a sentence, a role or a company, but no name. Compared without case. */
const NO_NAMES = new Set(
  (
    'the a an and or but if this that these those there here it its we you i he she they who what when where why how ' +
    'however well on at for in so also as after before because although since once while then now just only still perhaps maybe ' +
    'anyway meanwhile otherwise instead original forwarded attached practices wishes ' +
    'sir sirs madam madame ma’am all team everyone everybody anyone colleague colleagues customer customers client clients ' +
    'friend friends folks guys members member subscriber subscribers user users valued reader readers list lister listers ' +
    'applicant candidate hiring manager editor support sales service department board committee parents students ' +
    'please thank thanks regards best kind sincerely yours cheers sent from to cc re fw subject date hello hi dear good ' +
    'morning afternoon evening day week monday tuesday wednesday thursday friday saturday sunday january february march ' +
    'april june july august september october november december not no yes is was are will would can could should ' +
    'inc ltd llc corp gmbh company bank university street road avenue phone tel fax mobile email mail web www http https ' +
    'damen herren kolleginnen kollegen zusammen alle team kunde kundin kunden freunde freundinnen mitglieder liebe lieber ' +
    'ich wir sie ihr der die das und ein eine vielen danke bitte mit frau herr mr mrs ms dr prof ' +
    'monsieur messieurs mesdames client cliente tous toutes chers chères merci je nous vous les ' +
    'señor señora señores señoras cliente clientes amigo amigos amiga todos equipo gracias signore signora signori tutti ' +
    'grazie amici todas senhor senhora senhores obrigado obrigada heer mevrouw klant collega iedereen bedankt alla allihopa ' +
    'sig dott world lucky winner beloved partner partners santa god lord list forum github google microsoft apple amazon linux windows internet'
  ).split(' '),
)

const isName = (word: string) =>
  !NO_NAMES.has(word.toLowerCase()) && !isNameSurrogate(word.replace(/['’].*$/, ''))

/** The name up to the first word that is none; undefined when too few words are left. */
const cutName = (
  text: string,
  [start, end]: readonly [number, number],
  least: number,
): readonly [number, number] | undefined => {
  let last = start
  let words = 0
  for (const match of text.slice(start, end).matchAll(/[^ \t\u00a0]+/g)) {
    if (!isName(match[0])) break
    if (isCapital(match[0].charCodeAt(0))) {
      words++
      last = start + match.index + match[0].length
    }
  }
  // The mark of the possessive is no part of the name.
  const name = text.slice(start, last).replace(/['’]s$|[-'’]$/, '')
  return words < least || name.length < 2 ? undefined : [start, start + name.length]
}

const person = (
  text: string,
  place: readonly [number, number] | undefined,
  recogniser: string,
  least = 1,
): CueMatch | undefined => {
  const cut = place && cutName(text, place, least)
  return cut && { start: cut[0], end: cut[1], type: 'PERSON', score: SCORE, recogniser }
}

const isBlankOrDot = (code: number) =>
  code === 32 || code === 46 || code === 9 || code === 160 || code === 10 || code === 13

/** A look at what stands behind a word, a full stop or blanks. */
const nameMayFollow = (text: string, end: number): boolean => {
  let at = end
  while (at - end < 3 && isBlankOrDot(text.charCodeAt(at))) at++
  return isCapital(text.charCodeAt(at))
}

const AFTER_TITLE = new RegExp(`\\.?${GAP}(${NAME})`, 'y')
const ON_NEXT_LINE = new RegExp(`\\.\\r?\\n(${NAME})`, 'y')
/** `16 Northcrest Dr.`: a street, and a town on the next line. */
const STREET_BEFORE = new RegExp(`\\d[A-Za-z]? (?:[${CAPITALS}][${LETTERS}'’.-]{0,23} ){1,3}$`)
const REACH_OF_STREET = 48

const title: Cue = (text, start, end) => {
  if (!nameMayFollow(text, end)) return undefined
  const place = matchAt(AFTER_TITLE, text, end) ?? matchAt(ON_NEXT_LINE, text, end)
  const wrapped = place && text.charCodeAt(place[0] - 1) === 10
  if (wrapped && STREET_BEFORE.test(text.slice(Math.max(0, start - REACH_OF_STREET), start)))
    return undefined
  return person(text, place, 'name/title')
}

const AFTER_DOTTED = new RegExp(`\\.(?:ra|na|ri|re|ssa)?\\.?${GAP}(${NAME})`, 'y')
/** `Sig.ra Bianchi`, `dott. Rossi`: in small letters only with the full stop. */
const dottedTitle: Cue = (text, _start, end) =>
  person(text, matchAt(AFTER_DOTTED, text, end), 'name/title')

/** `M. Dupont`: one letter is a title only with its full stop, and not inside an abbreviation. */
const AFTER_LETTER = new RegExp(`\\.${GAP}(${NAME})`, 'y')
const letterTitle: Cue = (text, start, end) =>
  text.charAt(start) === 'M' && /^[\s(,]?$/.test(text.charAt(start - 1))
    ? person(text, matchAt(AFTER_LETTER, text, end), 'name/title')
    : undefined

const AFTER_GREETING = new RegExp(`${GAP}(${NAME})(?=[ \\t]{0,2}(?:[,!:.;)\\r\\n–-]|$))`, 'y')
const greeting: Cue = (text, _start, end) =>
  nameMayFollow(text, end)
    ? person(text, matchAt(AFTER_GREETING, text, end), 'name/greeting')
    : undefined

const AFTER_IS = new RegExp(`${GAP}(?:is|ist|est|es|è|é|er|on|to)${GAP}(${NAME})`, 'y')
const BEFORE_OWN = /(?:^|[^\p{L}])(?:my|his|her|mein|mon|mi|il mio|meu|o meu|mijn|mitt|mit)[ ]$/iu
const AFTER_LABEL = new RegExp(`["'*]{0,2}[ \\t]{0,2}:[ \\t"'*]{0,4}(${NAME})`, 'y')
const BEFORE_LABEL =
  /(?:^|[\n\r|;,>{("-])[ \t"']{0,6}(?:(?:full|first|last|given|family|maiden|middle|customer|client|patient|employee|applicant|contact|account holder|cardholder|holder|beneficiary|insured|guest|passenger|student|tenant|your|legal|surname,?|first and last)[ \t_]{0,2}){0,2}$/iu

/** A label of its own for the other half of the name. */
const OTHER_HALF = /pr[ée]nom|vorname|cognome|apellido|voornaam|sobrenome|förnamn|fornavn/i
const isHalf = (text: string, start: number, end: number): boolean =>
  OTHER_HALF.test(`${text.slice(Math.max(0, start - 60), start)} ${text.slice(end, end + 90)}`)

/** In the next and last cell of its line. */
const IN_CELL = new RegExp(
  `[ ]{0,3}[\\t|][ ]{0,3}(${NAME})[ \\t]{0,3}\\|?[ \\t]{0,3}(?=[\\r\\n]|$)`,
  'y',
)
const HEADING =
  /(?:^| )(?:title|type|value|address|number|status|code|town|city|country|group|id|size|role|class)s?$/i

const inCell = (text: string, end: number): CueMatch | undefined => {
  const found = person(text, matchAt(IN_CELL, text, end), 'name/label', 2)
  return found && HEADING.test(text.slice(found.start, found.end)) ? undefined : found
}

const ownOrLabel: Cue = (text, start, end) => {
  const said = matchAt(AFTER_IS, text, end)
  const label = said ? undefined : matchAt(AFTER_LABEL, text, end)
  const cell = said || label ? undefined : inCell(text, end)
  if (!said && !label && !cell) return undefined
  const before = text.slice(Math.max(0, start - 40), start)
  if (said) return BEFORE_OWN.test(before) ? person(text, said, 'name/said') : undefined
  if (!BEFORE_LABEL.test(start <= 40 ? `\n${before}` : before)) return undefined
  return cell ?? person(text, label, 'name/label', isHalf(text, start, end) ? 1 : 2)
}

const labelledBy =
  (least: number): Cue =>
  (text, start, end) =>
    BEFORE_LABEL.test(`\n${text.slice(Math.max(0, start - 1), start)}`)
      ? person(text, matchAt(AFTER_LABEL, text, end), 'name/label', least)
      : undefined

/** How JSON and programs call names, without marks, and the fewest words behind. */
const NAME_KEYS: ReadonlyMap<string, number> = new Map([
  ...'firstname lastname middlename givenname familyname realname'
    .split(' ')
    .map((key) => [key, 1] as const),
  ...'fullname customername contactname patientname cardholdername'
    .split(' ')
    .map((key) => [key, 2] as const),
])

/** `"firstName": "Jane"`, `last_name: Roe`: asked for the key `[start, end)` behind which a colon stands. */
export const namedByKey: Cue = (text, start, end) => {
  const least = NAME_KEYS.get(text.slice(start, end).toLowerCase().replaceAll('_', ''))
  return least === undefined ? undefined : labelledBy(least)(text, start, end)
}

const NEXT_WORD = new RegExp(`${GAP}(${NAME})`, 'y')
const CALLED_BEFORE: Readonly<Record<string, RegExp>> = {
  heiße: /(?:^|[^\p{L}])ich $/iu,
  heisse: /(?:^|[^\p{L}])ich $/iu,
  appelle: /(?:^|[^\p{L}])(?:je m['’]|il s['’]|elle s['’])$/iu,
  llamo: /(?:^|[^\p{L}])me $/iu,
  chiamo: /(?:^|[^\p{L}])mi $/iu,
  chamo: /(?:^|[^\p{L}])(?:me|eu me) $/iu,
  heter: /(?:^|[^\p{L}])(?:jag|jeg|han|hon|hun) $/iu,
  hedder: /(?:^|[^\p{L}])(?:jeg|han|hun) $/iu,
  heet: /(?:^|[^\p{L}])(?:ik|hij|zij) $/iu,
  nazywam: /(?:)/u,
  зовут: /(?:^|[^\p{L}])(?:меня|его|её) $/iu,
}
const AFTER_SIE = new RegExp(`${GAP}(?:się${GAP})?(${NAME})`, 'y')
const called: Cue = (text, start, end) => {
  const word = text.slice(start, end).toLowerCase()
  const before = text.slice(Math.max(0, start - 16), start)
  if (!CALLED_BEFORE[word]?.test(before || ' ')) return undefined
  return person(text, matchAt(word === 'nazywam' ? AFTER_SIE : NEXT_WORD, text, end), 'name/said')
}

const BELOW = new RegExp(
  `[ ${LETTERS}]{0,24}[,.!]?[ \\t]{0,4}\\r?\\n(?:[ \\t]{0,4}\\r?\\n){0,2}[ \\t>]{0,4}[-–—]{0,2}[ \\t]{0,2}(${NAME})[ \\t]{0,4}(?=[\\r\\n,]|$)`,
  'y',
)
const closing: Cue = (text, _start, end) => person(text, matchAt(BELOW, text, end), 'name/closing')

/** Closings that are words of many other sentences: alone on their line, with a comma, and the name alone on one of the next. */
const ALONE_BELOW = new RegExp(
  `,[ \\t]{0,4}\\r?\\n(?:[ \\t]{0,4}\\r?\\n){0,2}[ \\t>]{0,4}[-–—]{0,2}[ \\t]{0,2}(${NAME})[ \\t]{0,4}(?=[\\r\\n]|$)`,
  'y',
)
const LINE_START = /(?:^|[\r\n])[ \t>]{0,8}(?:all the |all my |with |much |lots of )?$/i
const aloneClosing: Cue = (text, start, end) =>
  LINE_START.test(text.slice(Math.max(0, start - 24), start))
    ? person(text, matchAt(ALONE_BELOW, text, end), 'name/closing')
    : undefined

/** Titles, greetings, introductions, closings and labels, in the languages that mail is mostly written in. */
export const NAME_CUES: CueTable = [
  [
    'mr mrs ms miss mx dr prof professor sir dame judge rev reverend captain capt sgt lt herr herrn frau fräulein ' +
      'mme mlle monsieur madame mademoiselle señor señora señorita sr sra srta doña signor signora sig dott dottoressa ' +
      'senhor senhora dhr mevr mevrouw meneer pan pani herra rouva fru господин госпожа',
    'PERSON',
    title,
    'capital',
  ],
  ['m', 'PERSON', letterTitle, 'capital'],
  ['sig dott', 'PERSON', dottedTitle],
  [
    'dear hi hello hey hallo liebe lieber cher chère estimado estimada querido querida hola caro cara gentile egregio ' +
      'prezado prezada olá beste geachte hej hei kære kjære hyvä drogi droga szanowny szanowna уважаемый уважаемая дорогой ' +
      'здравствуйте привет sayın merhaba vážený vážená bonjour ciao',
    'PERSON',
    greeting,
    'capital',
  ],
  ['name nom nombre nome naam namn navn nimi', 'PERSON', ownOrLabel],
  [
    'surname forename vorname nachname familienname prénom apellido apellidos cognome sobrenome voornaam achternaam förnamn ' +
      'efternamn fornavn etternavn imię nazwisko имя фамилия patient patientin employee cardholder beneficiary ' +
      'prenom',
    'PERSON',
    labelledBy(1),
  ],
  [Object.keys(CALLED_BEFORE).join(' '), 'PERSON', called],
  [
    'regards sincerely cheers yours wishes respectfully thanks grüße grüßen gruß gruss grüsse grüssen gruesse gruessen cordialement sentiments ' +
      'salutations saludos atentamente saluti atenciosamente cumprimentos saludo abrazo amicalement groet groeten hälsningar hilsen terveisin ' +
      'pozdrawiam pozdrowieniami poważaniem уважением pozdravem',
    'PERSON',
    closing,
  ],
  ['best warmly love rgds lg vg mfg', 'PERSON', aloneClosing],
  [
    '姓名 氏名 名前 お名前 성명 이름 성함 客户姓名 客戶姓名 患者姓名 患者名 真实姓名 顧客名 お客様名 担当者名 收件人 寄件人 收货人 持卡人 户名 戶名 名義人 口座名義 예금주 고객명 환자명',
    'PERSON',
    cjkName,
  ],
  [
    '担当 担当者 联系人 聯絡人 联络人 負責人 负责人 患者 客户 客戶 申请人 申請人 申込者 契約者 代表者 差出人 宛名 经办人 담당자 담당 고객 환자',
    'PERSON',
    cjkRole,
  ],
]
