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

/** Words by what they announce, in the languages that mail is mostly written in, and names that JSON has for them (`phoneNumber`). Lower case. */
const WORDS: readonly (readonly [number, string])[] = [
  [
    PHONE,
    'phone phones telephone tel mobile mob cell cellphone cellular fax facsimile landline whatsapp sms hotline helpline ' +
      'voicemail handset phonenumber telephonenumber mobilenumber mobilephone cellnumber faxnumber homephone workphone ' +
      'telefon telefonnummer handy handynummer mobil mobilnummer rufnummer durchwahl festnetz ' +
      'téléphone tél portable natel ' +
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
    'card cards cc ccn cardnumber creditcard creditcardnumber visa mastercard amex credit debit karte kreditkarte carte tarjeta carta cartão kaart kort карта 卡号 카드',
  ],
  [SSN, 'ssn social socialsecuritynumber sozialversicherung'],
  [ITIN, 'itin taxpayer'],
  [
    BIRTH,
    'birth birthday birthdate dateofbirth born dob bday geboren geburtsdatum geburtstag geb né née naissance nacimiento nacido nacida ' +
      'nato nata nascita nascimento nascido nascida geboortedatum född fødselsdato født födelsedatum syntynyt syntymäaika ' +
      'urodzony urodzona urodzenia narození narozen született születési doğum рождения родился родилась γέννησης ' +
      'ميلاد जन्म 生年月日 出生 生日 생년월일',
  ],
  [
    BANK,
    'account acct accountnumber bankaccount routing routingnumber aba bank konto kontonummer kto compte cuenta conto conta rekening счет счёт 账号 口座 계좌',
  ],
  [
    PASSPORT,
    'passport passports passportnumber passportno reisepass reisepassnummer pasnummer passnummer passnr passaportnummer passeport pasaporte passaporto passaporte paspoort pass passi паспорт 护照 パスポート 여권',
  ],
  [
    LICENCE,
    'license licence licenses licences dl driverlicense driverlicence driverslicense driverlicensenumber führerschein führerscheinnummer fahrerlaubnis permis patente rijbewijs carnet licencia carteira cnh ' +
      'körkort kørekort førerkort ajokortti prawo удостоверение 驾驶证 免許証 운전면허',
  ],
  [
    DRIVING,
    'driver drivers driving dl driverlicense driverlicence driverslicense driverlicensenumber führerschein führerscheinnummer fahrerlaubnis conduite cnh habilitação körkort kørekort ' +
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

/** A word, in lower case, and what it says, as bits. */
export interface ContextWord {
  readonly word: string
  readonly bits: number
}

/** Word to bits, for built-in words, words of national identifiers and words that a policy adds. */
export interface Context {
  readonly bits: ReadonlyMap<string, number>
  /** By first two letters and length: 0 where no word is like that. Spares most words a look-up. */
  readonly shapes: Uint8Array
  /** Words of ASCII by their hash: they are found without a string of their own. */
  readonly ascii: readonly (readonly ContextWord[] | undefined)[]
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
  return { bits, shapes, ascii: byHash(bits) }
}

const SLOTS = 1 << 12

const hash = (sum: number, code: number): number => (sum * 31 + (code | 32)) & (SLOTS - 1)

const isAscii = (word: string): boolean => {
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) > 127) return false
  return true
}

const byHash = (bits: ReadonlyMap<string, number>): Context['ascii'] => {
  const slots: ContextWord[][] = []
  for (const [word, says] of bits) {
    if (!isAscii(word)) continue
    let slot = 0
    for (let at = 0; at < word.length; at++) slot = hash(slot, word.charCodeAt(at))
    ;(slots[slot] ??= []).push({ word, bits: says })
  }
  return Array.from({ length: SLOTS }, (_, slot) => slots[slot])
}

const UNKNOWN: ContextWord = { word: '', bits: 0 }

const isWord = (units: Uint16Array, start: number, word: string): boolean => {
  for (let at = 0; at < word.length; at++) {
    const code = units[start + at]!
    const letter = code >= 65 && code <= 90 ? code | 32 : code
    if (letter !== word.charCodeAt(at)) return false
  }
  return true
}

/** The word `[start, end)`, which has no bits where it says nothing. */
export const contextWord = (
  { bits, ascii }: Context,
  { text, units }: { readonly text: string; readonly units: Uint16Array },
  start: number,
  end: number,
): ContextWord => {
  let slot = 0
  for (let at = start; at < end; at++) {
    if (units[at]! > 127) {
      const word = text.slice(start, end).toLowerCase()
      return { word, bits: bits.get(word) ?? 0 }
    }
    slot = hash(slot, units[at]!)
  }
  const size = end - start
  return (
    ascii[slot]?.find(({ word }) => word.length === size && isWord(units, start, word)) ?? UNKNOWN
  )
}

/** Some word of the context looks like this one. */
export const worthALook = (
  { shapes }: Context,
  units: Uint16Array,
  start: number,
  end: number,
): boolean => {
  const first = units[start]!
  return first > 127 || shapes[shape(first, units[start + 1]!, end - start)] === 1
}
