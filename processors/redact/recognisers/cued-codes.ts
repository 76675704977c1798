import { isCardNear, isOfCard } from './card-near.ts'
import { behindReplaced } from '../placeholder.ts'
import { PLANS } from './phone-plan.ts'
import { matchAt, type Cue, type CueTable } from './cue.ts'
import { CAPITALS, ENDS } from './letters.ts'
import { authorization, pin, saidPassword } from './password.ts'

const MARK =
  '["\'”*]{0,2}[ \\t]{0,3}(?:is|ist|est|es|no\\.?|nr\\.?|number|code|#)?[ \\t]{0,2}[:=#|]?[ \\t"\'*]{0,4}'

/** Stars before and none behind: digits that a mask left. */
const isMaskRest = (text: string, start: number, end: number): boolean =>
  text.slice(start - 3, start) === '***' && text.charCodeAt(end) !== 42

const LOOK_BACK = 80
/** A card's number, brand and holder. */
const LOOK_BACK_TO_CARD = 120

const cued = (
  type: string,
  score: number,
  recogniser: string,
  form: string,
  fits: (value: string, before: string, after: string) => boolean = () => true,
  between = '',
  lookBack = LOOK_BACK,
): Cue => {
  const pattern = new RegExp(`${between}${MARK}(${form})${ENDS}`, 'y')
  return (text, start, end) => {
    const place = matchAt(pattern, text, end)
    if (!place || isMaskRest(text, place[0], place[1])) return undefined
    const before = behindReplaced(text.slice(Math.max(0, start - lookBack), start))
    const after = text.slice(place[1], place[1] + 64)
    return fits(text.slice(place[0], place[1]), before, after)
      ? { start: place[0], end: place[1], type, score, recogniser }
      : undefined
  }
}

/** ISO 9362: bank, country, place, branch. */
const bic = cued(
  'BANK_CODE',
  85,
  'bank/bic',
  '[A-Z]{4}[A-Z]{2}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?',
  (value) => PLANS.has(value.slice(4, 6)),
)

/** `SWIFT/BIC: DEUTDEFF`: the second word says it again. */
const afterSlash: Cue = (text, start, end) =>
  /^[/ -]{1,3}(?:bic|swift|code)/i.test(text.slice(end, end + 8))
    ? undefined
    : bic(text, start, end)

const sortCode = cued('BANK_CODE', 75, 'bank/sort-code', '\\d{2}[- ]\\d{2}[- ]\\d{2}|\\d{6}')
const blz = cued('BANK_CODE', 75, 'bank/blz', '[1-8]\\d{2} ?\\d{3} ?\\d{2}')
const ifsc = cued('BANK_CODE', 85, 'bank/ifsc', '[A-Z]{4}0[A-Z0-9]{6}')
const bsb = cued('BANK_CODE', 75, 'bank/bsb', '\\d{3}[- ]?\\d{3}')

const securityCode = cued(
  'CARD_DETAIL',
  75,
  'card/security-code',
  '\\d{3,4}',
  undefined,
  '(?: visuel)?',
)
/** `security code`, `code de sécurité`: doors and accounts have one too. */
const namedCode = cued('CARD_DETAIL', 75, 'card/security-code', '\\d{3,4}', (_value, before) =>
  isCardNear(before),
)
const englishCode: Cue = (text, start, end) =>
  /^ code/i.test(text.slice(end, end + 5)) ? namedCode(text, start, end + 5) : undefined

/** What languages put between the word and the month: `expires on`, `expire en`, `gültig bis`, `valid thru`, `vence em`. */
const UNTIL =
  "\\.?(?:[ \\t]{1,2}(?:on|in|by|end|until|thru|through|en|le|fin|au|jusqu['’](?:en|au|à)|am|im|bis|zum|el|hasta|il|nel|fino|em|até|op|tot|do))?(?:[ \\t]{1,2}date)?"
const expiry = cued(
  'CARD_DETAIL',
  65,
  'card/expiry',
  '(?:0[1-9]|1[0-2])(?: ?[/-] ?(?:20)?\\d{2}|\\.20\\d{2}|[2-4]\\d)',
  (_value, before, after) => isOfCard(before, after),
  UNTIL,
  LOOK_BACK_TO_CARD,
)

/** Twelve digits without marks are one only where a word says so. */
const mac = cued('MAC_ADDRESS', 75, 'mac/named', '[\\dA-Fa-f]{12}')

const plate = cued(
  'LICENSE_PLATE',
  60,
  'plate/context',
  `(?=[${CAPITALS}\\d -]{0,11}\\d)(?=[\\d -]{0,11}[${CAPITALS}])[${CAPITALS}\\d]{1,4}[ -]?[${CAPITALS}\\d]{1,4}(?:[ -]?[${CAPITALS}\\d]{1,4})?`,
  (value) => value.length >= 4 && value.length <= 11,
)
/** `plate` is also for eating from: only `number plate`, `license plate`, or with a mark behind it. */
const englishPlate: Cue = (text, start, end) =>
  /(?:number|licen[cs]e|registration|car|vehicle)[ -]$/i.test(
    text.slice(Math.max(0, start - 16), start),
  ) || /^(?:s?[ ]?[:#]| (?:number|no))/.test(text.slice(end, end + 8))
    ? plate(text, start, end)
    : undefined

const patientNumber = cued(
  'MEDICAL_ID',
  65,
  'medical/record',
  '[A-Z]{0,4}[- ]?\\d{4,12}(?:[-/]\\d{1,4})?',
)

/** Numbers of five digits, as islands have them. Shorter than any that a word further away makes a telephone number. */
const SHORT_NUMBER =
  /\.?:? {1,2}(\d{5}|\d{2}[ -]\d{3}|\d{3}[ -]\d{2})(?![A-Za-z\d_]|[\s.,:/()-]{0,3}\d)/y
const shortPhone: Cue = (text, _start, end) => {
  const place = matchAt(SHORT_NUMBER, text, end)
  return (
    place && {
      start: place[0],
      end: place[1],
      type: 'PHONE_NUMBER',
      score: 60,
      recogniser: 'phone/labelled',
    }
  )
}

/** Codes whose form says little: the word before them decides. */
export const DETAIL_CUES: CueTable = [
  ['bic swift', 'BANK_CODE', afterSlash],
  [
    'sort sortcode',
    'BANK_CODE',
    (text, start, end) => {
      const code = /^ code/i.exec(text.slice(end, end + 5))
      return sortCode(text, start, code ? end + 5 : end)
    },
  ],
  ['blz bankleitzahl', 'BANK_CODE', blz],
  ['ifsc', 'BANK_CODE', ifsc],
  ['bsb', 'BANK_CODE', bsb],
  [
    'cvv cvc cvv2 cvc2 cid csc securitycode prüfziffer kartenprüfnummer cryptogramme',
    'CARD_DETAIL',
    securityCode,
  ],
  ['security', 'CARD_DETAIL', englishCode],
  ['sicherheitscode sécurité seguridad segurança sicurezza', 'CARD_DETAIL', namedCode],
  [
    'exp expiry expires expiring expiration expdate expirydate expirationdate valid expire expirant valable validité échéance gültig ablaufdatum verfällt expira caduca caducidad vence vencimiento scade scadenza valida validade vervalt vervaldatum geldig good ablauf válido válida ważna ważny wygasa',
    'CARD_DETAIL',
    expiry,
  ],
  ['plate', 'LICENSE_PLATE', englishPlate],
  [
    'kennzeichen immatriculation immatriculé immatriculée matrícula targa kenteken nummerplade registreringsnummer госномер',
    'LICENSE_PLATE',
    plate,
  ],
  ['mrn', 'MEDICAL_ID', patientNumber],
  [
    'phone telephone tel mobile cell fax téléphone teléfono telefon telefone handy telefoon телефон тел',
    'PHONE_NUMBER',
    shortPhone,
  ],
  [
    'password passwort kennwort passcode passphrase contraseña clave senha parola wachtwoord lösenord hasło passe',
    'SECRET',
    saidPassword,
  ],
  ['pin', 'SECRET', pin],
  ['authorization', 'SECRET', authorization],
  ['mac bssid', 'MAC_ADDRESS', mac],
]
