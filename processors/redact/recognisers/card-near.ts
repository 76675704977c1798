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

const LONG_NUMBER = /(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)/g

/** What a sealed value became, where the text may begin inside of it: digits like those of a number, by chance like a card's. */
const SEALED = /(?:\[|^)[\w. ()/+:-]{0,450}:[efd]\d{2}\]/g

/** A payment card is named in the text, or its number stands there. */
export const isCardNear = (text: string): boolean =>
  PAYMENT_CARD.test(text) ||
  (text.replace(SEALED, '').match(LONG_NUMBER) ?? []).some((number) =>
    isCard(number.replace(/\D/g, '')),
  )
