import { isCard } from './card.ts'

const BANKING =
  'bancaire|bleue|bancaria|banc[aá]rio|prepagata|payment|płatnicz\\w*|bankow\\w*|kredytow\\w*|debetow\\w*|credit|debit|visa|master'

/** Words that name a card that pays. A bare `card` may be for the door, the sound or the menu; a bare `visa` is for a border as often. */
const PAYMENT_CARD = new RegExp(
  [
    '(?:credit|debit|bank|payment|charge|prepaid|company|corporate|visa|atm)[ -]?cards?\\b',
    '\\b(?:card ?holder|name on (?:the )?card|card (?:on file|ending)|visa (?:ending|debit|credit|gold|classic))',
    '(?:mastercard|maestro|amex|american express|diners club|unionpay|dankort|bancontact|girocard|bancomat)\\b',
    '(?:kredit|debit|bank|giro|zahlungs|firmen|ec-|visa-?)karte',
    `(?:carte|tarjeta|carta|cart[aã]o|kart[aęyąo]) (?:(?:de|di) )?(?:${BANKING}|(?:cr[eéè]d|d[eéè]b)[a-zé]*|paiement|pago|pagamento)`,
    '(?:creditcard|bankpas|betaalpas|betaalkaart)',
  ].join('|'),
  'i',
)

const PAYMENT_CARDS = new RegExp(PAYMENT_CARD, 'gi')

const LONG_NUMBER = /(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)/g

/** What a sealed value became, where the text may begin inside of it: digits like those of a number, by chance like a card's. */
const SEALED = /(?:\[|^)[\w. ()/+:-]{0,450}:[efd]\d{2}\]/g

/** Words between a card and its month that tell nothing else: `Visa ending in 1234, which I use, expires`. */
const MOST_WORDS = 6
/** Behind a bare number fewer: whoever writes more speaks of something else. */
const MOST_BEHIND_NUMBER = 3
/** More than digits and marks: letters, or what a mask puts in their place. */
const WORD = /[^\s\d.,:;/()+'"!?&%$€-]/
/** By blanks, which a mask leaves: an address is one word, masked or not. */
const wordsIn = (text: string): number => text.split(/\s+/).filter((each) => WORD.test(each)).length

const SENTENCE_END = /[.!?][\s"')]+(?=\S)/g
/** What a sentence about the card of the one before begins with. */
const BARE_SUBJECT =
  /^(?:(?:and|und|et|y|e|it|this|the|my|your|die|sie|er|meine|ihre|la|ma|votre|elle|mi|su|minha|sua|a|card|karte|carte|tarjeta|carta|cart[aã]o|karta|is|ist|est|es|jest|é|è)(?:[\s,:]+|$))*$/i

/** Nothing else has the month: it stands in the sentence of the card, or in one that is about nothing but the card. */
const isAboutCard = (between: string, mostWords: number): boolean => {
  if (wordsIn(between) > mostWords) return false
  const last = [...between.matchAll(SENTENCE_END)].at(-1)
  return last === undefined || BARE_SUBJECT.test(between.slice(last.index + last[0].length))
}

const isAboutPhrase = (before: string): boolean => {
  const last = [...before.matchAll(PAYMENT_CARDS)].at(-1)
  return last !== undefined && isAboutCard(before.slice(last.index + last[0].length), MOST_WORDS)
}

/** Of one field of a card, and of all that stand between its number and the month. */
const MOST_IN_FIELD = 4
const MOST_IN_FIELDS = 10
const FIELD_MARK = /[,;|/()\r\n\t]+/
const IS_LIST = /^["' ]*[,;|/(\r\n\t][^]*[,;|/(\r\n\t]\s*$/
/** More than the full stop of an initial. */
const ENDS_IN_FIELD = /[^\s.][^\s.][.!?]\s+\S/

/** Fields of a card, a mark behind each: brand, name of the holder. */
const isFields = (between: string): boolean =>
  IS_LIST.test(between) &&
  wordsIn(between) <= MOST_IN_FIELDS &&
  between
    .split(FIELD_MARK)
    .every((field) => wordsIn(field) <= MOST_IN_FIELD && !ENDS_IN_FIELD.test(field))

const isAboutNumber = (before: string): boolean => {
  const open = before.replace(SEALED, (sealed) => '.'.repeat(sealed.length))
  const last = [...open.matchAll(LONG_NUMBER)].filter(isCardMatch).at(-1)
  if (!last) return false
  const between = open.slice(last.index + last[0].length)
  return isAboutCard(between, MOST_BEHIND_NUMBER) || isFields(between)
}

const isCardMatch = ([number]: RegExpExecArray): boolean => isCard(number.replace(/\D/g, ''))

const NEXT_NUMBER =
  /^[\s,;:|/()"'-]{1,6}(?:\p{L}{1,12}[\s:#."']{1,4}){0,3}((?<!\d)\d(?:[ .-]?\d){12,18}(?![ .-]?\d))/u

/** The month behind `before` and in front of `after` is that of a payment card: of one named before it, or of a number on either side. */
export const isOfCard = (before: string, after: string): boolean => {
  if (isAboutPhrase(before) || isAboutNumber(before)) return true
  const next = NEXT_NUMBER.exec(after)
  return next !== null && isCard(next[1]!.replace(/\D/g, ''))
}

/** A payment card is named in the text, or its number stands there. */
export const isCardNear = (text: string): boolean =>
  PAYMENT_CARD.test(text) ||
  (text.replace(SEALED, '').match(LONG_NUMBER) ?? []).some((number) =>
    isCard(number.replace(/\D/g, '')),
  )
