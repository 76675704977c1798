import { CLASSES, LETTER, UNSPACED } from './char-classes.ts'
import type { Scan } from './scan.ts'
import {
  LONGEST,
  SURROGATE_DOMAIN,
  SURROGATE_LOCAL,
  placeholderEnd,
  surrogateEnd,
  surrogateStart,
} from './placeholder.ts'

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
/** Tells a driving licence from the licence of a program. */
export const DRIVING = 4096

/** Vehicle identification numbers. */
export const VEHICLE = 8192

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
    'card cards cc ccn visa mastercard amex credit debit karte kreditkarte carte tarjeta carta cartão kaart kort карта 卡号 카드',
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
    'passport passports reisepass reisepassnummer pasnummer passnummer passnr passaportnummer passeport pasaporte passaporto passaporte paspoort pass passi паспорт 护照 パスポート 여권',
  ],
  [
    LICENCE,
    'license licence licenses licences dl führerschein führerscheinnummer fahrerlaubnis permis patente rijbewijs carnet licencia carteira cnh ' +
      'körkort kørekort førerkort ajokortti prawo удостоверение 驾驶证 免許証 운전면허',
  ],
  [
    DRIVING,
    'driver drivers driving dl führerschein führerscheinnummer fahrerlaubnis conduite cnh habilitação körkort kørekort ' +
      'førerkort ajokortti jazdy водительское 驾驶证 免許証 운전면허 ' +
      'führerschein conduire conducir guida rijbewijs dmv',
  ],
  [
    VEHICLE,
    'vin vehicle chassis frame fahrgestellnummer fahrzeug fin châssis bastidor chasis telaio chassi chassisnummer шасси 车架号 車台番号',
  ],
  [VERSION, 'version versions ver release build revision rev firmware'],
  [IP, 'ip ipv4 ipv6 host address server'],
]

/** Word to bits, for built-in words, words of national identifiers and words that a policy adds. */
export interface Context {
  readonly bits: ReadonlyMap<string, number>
  /** By first two letters and length: 0 where no word is like that. Spares most words a look-up. */
  readonly shapes: Uint8Array
}

const SHAPES = 1 << 13

const plain = (code: number): number => (code < 128 ? code | 32 : 128)

/** First two letters without case, and length. Letters beyond ASCII share what they share. */
const shape = (first: number, second: number, length: number): number =>
  (plain(first) * 263 + plain(second) * 29 + length) & (SHAPES - 1)

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
  MEDICAL_ID: NATIONAL,
  VIN: VEHICLE,
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
  const shapes = new Uint8Array(SHAPES)
  for (const word of bits.keys())
    shapes[shape(word.charCodeAt(0), word.charCodeAt(1), word.length)] = 1
  return { bits, shapes }
}

/** How far context reaches, in words. Digits, punctuation and values that were already found count nothing. */
const WORDS_BEFORE = 7
const WORDS_AFTER = 4
/** How far in characters. */
const REACH = 320
const MAX_WORD = 40
/** How many found values and placeholders are looked through, on both sides together. */
const MAX_JUMPS = 24

/** A stretch that context looks through: a value that was found. Sorted and apart from each other. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** Words of a script without spaces that a stretch of letters holds. */
const wordsInside = (letters: string, bits: ReadonlyMap<string, number>): string[] => {
  const words: string[] = []
  for (let at = 0; at + 1 < letters.length; at++) {
    for (let size = 7; size >= 2; size--) {
      const word = letters.slice(at, at + size)
      if (word.length === size && bits.has(word)) words.push(word)
    }
  }
  return words
}

const worthALook = (
  { shapes }: Context,
  units: Uint16Array,
  start: number,
  end: number,
): boolean => {
  const first = units[start]!
  return first > 127 || shapes[shape(first, units[start + 1]!, end - start)] === 1
}

/** First found stretch that ends after `offset`. */
const firstAfter = (found: readonly Stretch[], offset: number): number => {
  let low = 0
  let high = found.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (found[middle]!.end > offset) high = middle
    else low = middle + 1
  }
  return low
}

const AT_SIGN = 64

/** Collects the words on one side of a place. Distances do not count what was found, nor placeholders and surrogates of addresses. */
class Walk {
  readonly #context: Context
  readonly #text: string
  readonly #units: Uint16Array
  readonly #found: readonly Stretch[]
  readonly words: string[] = []
  #jumps = MAX_JUMPS

  constructor({ policy, text, units }: Scan, found: readonly Stretch[]) {
    this.#context = policy.context
    this.#text = text
    this.#units = units
    this.#found = found
  }

  #keep(start: number, end: number): void {
    if (!worthALook(this.#context, this.#units, start, end)) return
    const word = this.#text.slice(start, end).toLowerCase()
    const unspaced = (CLASSES[word.charCodeAt(0)]! & UNSPACED) !== 0
    if (unspaced) this.words.push(...wordsInside(word, this.#context.bits))
    else this.words.push(word)
  }

  back(from: number): void {
    let next = firstAfter(this.#found, from) - 1
    if (next >= 0 && this.#found[next]!.end > from) next--
    let reach = REACH
    let left = WORDS_BEFORE
    for (let at = from; ; at = this.#found[next--]!.start) {
      const floor = next >= 0 ? this.#found[next]!.end : 0
      while (at > floor && reach > 0) {
        const end = at--
        if (this.#isLetter(at)) {
          const limit = Math.max(floor, end - MAX_WORD)
          while (at > limit && this.#isLetter(at - 1)) at--
          const surrogate =
            this.#units[end - SURROGATE_DOMAIN.length - 1] === AT_SIGN
              ? surrogateStart(this.#text, end)
              : -1
          if (surrogate >= floor) {
            at = surrogate
            if (--this.#jumps === 0) return
            continue
          }
          this.#keep(at, end)
          reach -= end - at
          if (--left === 0) return
        } else if (this.#units[at]! === 93) {
          const open = this.#labelStart(at, floor)
          if (open >= 0) at = open
          if (open >= 0 && --this.#jumps === 0) return
        } else reach--
      }
      if (next < 0 || reach <= 0 || --this.#jumps === 0) return
    }
  }

  ahead(from: number): void {
    let next = firstAfter(this.#found, from)
    let reach = REACH
    let left = WORDS_AFTER
    for (let at = from; ; at = this.#found[next++]!.end) {
      const ceiling = next < this.#found.length ? this.#found[next]!.start : this.#text.length
      while (at < ceiling && reach > 0) {
        const start = at++
        const surrogate =
          this.#units[start + SURROGATE_LOCAL] === AT_SIGN ? surrogateEnd(this.#text, start) : -1
        if (surrogate >= 0) {
          at = surrogate
          if (--this.#jumps === 0) return
        } else if (this.#isLetter(start)) {
          const limit = Math.min(ceiling, start + MAX_WORD)
          while (at < limit && this.#isLetter(at)) at++
          // `110 019 Tel: …`: the word is the label of what comes next.
          if (this.#isLabel(at, ceiling)) return
          this.#keep(start, at)
          reach -= at - start
          if (--left === 0) return
        } else if (this.#units[start]! === 91) {
          const close = placeholderEnd(this.#text, start)
          if (close >= 0) at = close
          if (close >= 0 && --this.#jumps === 0) return
        } else reach--
      }
      if (next >= this.#found.length || reach <= 0 || --this.#jumps === 0) return
    }
  }

  #isLabel(end: number, ceiling: number): boolean {
    const at = this.#units[end]! === 46 ? end + 1 : end
    return at < ceiling && this.#units[at]! === 58
  }

  #isLetter(at: number): boolean {
    return (CLASSES[this.#units[at]!]! & LETTER) !== 0
  }

  /** Where a placeholder begins that ends at `at`, or -1. */
  #labelStart(at: number, floor: number): number {
    const least = Math.max(floor, at - LONGEST)
    let open = at - 1
    while (open > least && this.#units[open]! !== 91) open--
    return open < least || placeholderEnd(this.#text, open) !== at + 1 ? -1 : open
  }
}

/** Words near a place that may say something, nearest first, before it and then after it. */
export const wordsAround = (
  scan: Scan,
  start: number,
  end: number,
  found: readonly Stretch[],
): readonly string[] => {
  const walk = new Walk(scan, found)
  walk.back(start)
  walk.ahead(end)
  return walk.words
}

/** What a word says, as bits. */
export const contextBits = (context: Context, word: string): number => context.bits.get(word) ?? 0
