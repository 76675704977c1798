import { CLASSES, LETTER, TOKEN, UNSPACED } from './char-classes.ts'

/** What a word beside a number says about it, as bits. */
export const PHONE = 1
export const CARD = 2
export const SSN = 4
export const BIRTH = 8
export const BANK = 16
export const NATIONAL = 32
export const PASSPORT = 64
export const LICENCE = 128
export const ITIN = 256
export const VERSION = 512
export const IP = 1024
/** Words that go with a telephone number but say less: `call`, `office`. */
export const PHONE_NEAR = 2048

/** Words by what they announce, in the languages that mail is mostly written in. Lower case. */
const WORDS: readonly (readonly [number, string])[] = [
  [
    PHONE,
    'phone phones telephone tel mobile mob cell cellphone cellular fax facsimile landline whatsapp sms hotline helpline ' +
      'voicemail handset ' +
      'telefon telefonnummer handy handynummer mobil mobilnummer rufnummer durchwahl festnetz ' +
      'téléphone portable ' +
      'teléfono telefono móvil movil celular ' +
      'cellulare telemóvel telemovel telefone ' +
      'telefoon telefoonnummer mobiel gsm puhelin puhelinnumero puh ' +
      'telefonnr mobilnr tlf komórka komorka telefonu ' +
      'телефон тел моб мобильный факс звонить позвоните звоните τηλέφωνο κινητό ' +
      'هاتف جوال موبايل تلفون טלפון נייד फोन मोबाइल फ़ोन telp telpon hp điện thoại đt โทร ' +
      '电话 電話 手机 手機 携帯 传真 전화 휴대폰 연락처',
  ],
  [
    PHONE_NEAR,
    'call calls called calling dial dialing dialling ring office desk text texts texted message messages answering ' +
      'reach contact signal extension ' +
      'anruf anrufen rückruf appel appeler appelez joindre llamar llame llámame chiamare chiamami ligar ligue bellen bel ' +
      'ringa zadzwoń звонить позвоните',
  ],
  [
    CARD,
    'card visa mastercard amex credit debit karte kreditkarte carte tarjeta carta cartão kaart kort карта 卡号 카드',
  ],
  [SSN, 'ssn social sozialversicherung'],
  [ITIN, 'itin taxpayer'],
  [
    BIRTH,
    'birth birthday birthdate born dob bday geboren geburtsdatum geburtstag geb né née naissance nacimiento nacido nacida ' +
      'nato nata nascita nascimento nascido nascida geboortedatum född fødselsdato født födelsedatum syntynyt syntymäaika ' +
      'urodzony urodzona urodzenia narození narozen született születési doğum рождения родился родилась γέννησης ' +
      'ميلاد जन्म 生年月日 出生 生日 생년월일',
  ],
  [
    BANK,
    'account acct routing aba bank konto kontonummer compte cuenta conto conta rekening счет счёт 账号 口座 계좌',
  ],
  [
    PASSPORT,
    'passport reisepass passeport pasaporte passaporto passaporte paspoort pass passi паспорт 护照 パスポート 여권',
  ],
  [LICENCE, 'license licence driver driving führerschein permis licencia patente rijbewijs'],
  [VERSION, 'version versions ver release build revision rev firmware'],
  [IP, 'ip ipv4 ipv6 host address server'],
]

/** Word to bits, for built-in words, words of national identifiers and words that a policy adds. */
export interface Context {
  readonly bits: ReadonlyMap<string, number>
}

const BITS_OF_TYPE: Readonly<Record<string, number>> = {
  PHONE_NUMBER: PHONE,
  CREDIT_CARD: CARD,
  US_SSN: SSN,
  US_ITIN: ITIN,
  US_BANK_NUMBER: BANK,
  DATE_OF_BIRTH: BIRTH,
  NATIONAL_ID: NATIONAL,
  PASSPORT,
  DRIVER_LICENSE: LICENCE,
}

export const contextWords = (
  added: readonly (readonly [string, readonly string[]])[],
  nationalIdWords: Iterable<string> = [],
): Context => {
  const bits = new Map<string, number>()
  const put = (word: string, bit: number) => bits.set(word, (bits.get(word) ?? 0) | bit)
  for (const [bit, words] of WORDS) for (const word of words.split(' ')) put(word, bit)
  for (const word of nationalIdWords) put(word, NATIONAL)
  for (const [type, words] of added)
    for (const word of words) put(word.normalize('NFC').toLowerCase(), BITS_OF_TYPE[type] ?? 0)
  return { bits }
}

/** How far context reaches, in words. Digits, punctuation and values that were already found count nothing. */
const WORDS_BEFORE = 7
const WORDS_AFTER = 4
/** How far in characters, whatever stands there: the bound on the work. */
const REACH = 160
const MAX_WORD = 40

/** A stretch that context looks through: a value that was found. Sorted and apart from each other. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

const isLetter = (code: number) => (CLASSES[code]! & LETTER) !== 0

// `[PHONE_NUMBER]` and the like: what an earlier run put there must not speak for its neighbours.
const isPlaceholder = (text: string, start: number, end: number) => {
  const before = text.charCodeAt(start - 1)
  const after = text.charCodeAt(end)
  if (before === 95 || after === 95) return true
  return before === 91 && (after === 93 || after === 58) && text.charCodeAt(start) < 97
}

const pairs = (word: string, bits: ReadonlyMap<string, number>): number => {
  let found = 0
  for (let at = 0; at + 1 < word.length; at++) {
    for (let size = 2; size <= 4; size++) found |= bits.get(word.slice(at, at + size)) ?? 0
  }
  return found
}

/** Words near a place, nearest first, before it and then after it. */
export const wordsAround = (
  text: string,
  start: number,
  end: number,
  found: readonly Stretch[],
  near: number,
): string[] => {
  const words: string[] = []
  let left = WORDS_BEFORE
  let k = near - 1
  for (let at = start - 1, last = Math.max(0, start - REACH); at >= last && left > 0;) {
    while (k >= 0 && found[k]!.start > at) k--
    if (k >= 0 && found[k]!.end > at) {
      at = found[k]!.start - 1
      continue
    }
    if (!isLetter(text.charCodeAt(at))) {
      at--
      continue
    }
    const wordEnd = at + 1
    const floor = Math.max(last, wordEnd - MAX_WORD, k >= 0 ? found[k]!.end : 0)
    while (at >= floor && isLetter(text.charCodeAt(at))) at--
    if (isPlaceholder(text, at + 1, wordEnd)) continue
    words.push(text.slice(at + 1, wordEnd).toLowerCase())
    left--
  }
  let right = WORDS_AFTER
  k = near
  for (let at = end, last = Math.min(text.length, end + REACH); at < last && right > 0;) {
    while (k < found.length && found[k]!.end <= at) k++
    if (k < found.length && found[k]!.start <= at) {
      at = found[k]!.end
      continue
    }
    if (!isLetter(text.charCodeAt(at))) {
      at++
      continue
    }
    const wordStart = at
    const ceiling = Math.min(last, wordStart + MAX_WORD, k < found.length ? found[k]!.start : last)
    while (at < ceiling && isLetter(text.charCodeAt(at))) at++
    if (isPlaceholder(text, wordStart, at)) continue
    words.push(text.slice(wordStart, at).toLowerCase())
    right--
  }
  return words
}

/** The bits of all words near a place. */
export const contextBits = (context: Context, words: readonly string[]): number => {
  let found = 0
  for (const word of words) {
    found |= context.bits.get(word) ?? 0
    if ((CLASSES[word.charCodeAt(0)]! & UNSPACED) !== 0) found |= pairs(word, context.bits)
  }
  return found
}

export const touchesToken = (text: string, start: number, end: number): boolean =>
  (start > 0 && (CLASSES[text.charCodeAt(start - 1)]! & TOKEN) !== 0) ||
  (end < text.length && (CLASSES[text.charCodeAt(end)]! & TOKEN) !== 0)
