import { stdnum } from 'stdnum'

/** One national identifier: where stdnum checks it, and how it is recognised. */
interface NationalId {
  readonly country: string
  readonly key: string
  /** Words that name it, in lower case. */
  readonly words: string
  /** Form that is telling enough for the checksum to decide without any word. Compared with the value as written. */
  readonly alone?: RegExp
  /** Length without separators: shortest and longest. */
  readonly lengths: readonly [number, number]
}

const id = (
  country: string,
  key: string,
  words: string,
  shortest: number,
  longest: number,
  alone?: RegExp,
): NationalId => ({
  country,
  key,
  words,
  lengths: [shortest, longest],
  ...(alone ? { alone } : {}),
})

/**
 * Personal identifiers by country. Validators are stdnum's; those whose check is weak against ordinary numbers are only
 * asked where one of their words is near.
 */
const IDS: readonly NationalId[] = [
  id('AL', 'nipt', 'nipt', 10, 10),
  id('AR', 'cuit', 'cuit cuil', 11, 11, /^\d{2}-\d{8}-\d$/),
  id('AR', 'dni', 'dni', 7, 8),
  id('AT', 'vnr', 'sozialversicherungsnummer svnr vsnr versicherungsnummer', 10, 10),
  id('AU', 'tfn', 'tfn', 8, 9),
  id('AU', 'abn', 'abn', 11, 11),
  id('AZ', 'pin', 'fin pin', 7, 7),
  id('BA', 'jmbg', 'jmbg', 13, 13),
  id(
    'BE',
    'nn',
    'rijksregisternummer national niss insz registre',
    11,
    11,
    /^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}$/,
  ),
  id('BG', 'egn', 'egn егн', 10, 10),
  id('BR', 'cpf', 'cpf', 11, 11, /^\d{3}\.\d{3}\.\d{3}-\d{2}$/),
  id('BR', 'cnpj', 'cnpj', 14, 14, /^\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}$/),
  id('CA', 'sin', 'sin nas social insurance', 9, 9),
  id('CH', 'ssn', 'ahv avs', 13, 13, /^756[.-]?\d{4}[.-]?\d{4}[.-]?\d{2}$/),
  id('CL', 'rut', 'rut run', 8, 9, /^\d{1,2}\.\d{3}\.\d{3}-[\dkK]$/),
  id('CN', 'ric', '身份证 身份証 identity', 18, 18, /^\d{17}[\dX]$/),
  id('CO', 'nit', 'nit', 8, 16),
  id('CR', 'cpf', 'cédula cedula', 9, 10),
  id('CU', 'ni', 'carné carne identidad', 11, 11),
  id('CZ', 'rc', 'rodné rodne rč', 9, 10, /^\d{6}\/\d{4}$/),
  id(
    'DE',
    'idnr',
    'steuer steuerid identifikationsnummer steueridentifikationsnummer idnr tin',
    11,
    11,
  ),
  id('DE', 'svnr', 'rentenversicherungsnummer sozialversicherungsnummer svnr', 12, 12),
  id('DK', 'cpr', 'cpr personnummer', 10, 10),
  id('DO', 'cedula', 'cédula cedula', 11, 11, /^\d{3}-\d{7}-\d$/),
  id('EC', 'ci', 'cédula cedula', 10, 10),
  id('EE', 'ik', 'isikukood', 11, 11),
  id('ES', 'dni', 'dni nif', 9, 9, /^\d{8}-?[A-Z]$/),
  id('ES', 'nie', 'nie', 9, 9, /^[XYZ]-?\d{7}-?[A-Z]$/),
  id('FI', 'hetu', 'hetu henkilötunnus', 11, 11, /^\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]$/),
  id(
    'FR',
    'nir',
    'nir sécu insee sécurité',
    15,
    15,
    /^[12][ .]?\d{2}[ .]?\d{2}[ .]?\d[\dAB][ .]?\d{3}[ .]?\d{3}[ .]?\d{2}$/,
  ),
  id('FR', 'nif', 'spi fiscal', 13, 13),
  id(
    'GB',
    'nino',
    'nino insurance ni',
    9,
    9,
    /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/,
  ),
  id('GB', 'utr', 'utr', 10, 10),
  id('GR', 'amka', 'amka αμκα', 11, 11),
  id('GR', 'vat', 'αφμ afm', 9, 9),
  id('GT', 'cui', 'cui dpi', 13, 13),
  id('HK', 'hkid', 'hkid identity', 8, 9, /^[A-Z]{1,2}\d{6}\([\dA]\)$/),
  id('HR', 'oib', 'oib', 11, 11),
  id('HU', 'anum', 'adószám adoszam', 8, 11),
  id('ID', 'npwp', 'npwp', 15, 16, /^\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}$/),
  id('IE', 'pps', 'pps ppsn', 8, 9),
  id('IL', 'idnr', 'זהות teudat zehut', 9, 9),
  id('IN', 'aadhaar', 'aadhaar aadhar आधार', 12, 12, /^\d{4}[ -]\d{4}[ -]\d{4}(?! \d{4})$/),
  id('IN', 'pan', 'pan', 10, 10, /^[A-Z]{3}[PCHATBLJGF][A-Z]\d{4}[A-Z]$/),
  id('IN', 'epic', 'voter epic', 10, 10),
  id('IS', 'kennitala', 'kennitala kt', 10, 10),
  id(
    'IT',
    'codicefiscale',
    'fiscale codice cf',
    16,
    16,
    /^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/i,
  ),
  id('KR', 'rrn', '주민등록번호 주민번호', 13, 13, /^\d{6}-\d{7}$/),
  id('LT', 'asmens', 'asmens kodas', 11, 11),
  id('LV', 'pvn', 'personas kods', 11, 11, /^\d{6}-\d{5}$/),
  id('ME', 'jmbg', 'jmbg', 13, 13),
  id('MK', 'jmbg', 'embg ембг', 13, 13),
  id('MU', 'nid', 'nid', 14, 14),
  id('MX', 'curp', 'curp', 18, 18, /^[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d$/),
  id('MX', 'rfc', 'rfc', 12, 13),
  id('MX', 'clabe', 'clabe', 18, 18),
  id('MY', 'nric', 'nric mykad pengenalan', 12, 12, /^\d{6}-\d{2}-\d{4}$/),
  id('NL', 'bsn', 'bsn burgerservicenummer sofinummer', 8, 9),
  id('NO', 'fodselsnummer', 'fødselsnummer fodselsnummer personnummer', 11, 11),
  id('NZ', 'ird', 'ird', 8, 9),
  id('PE', 'cui', 'dni cui', 8, 9),
  id('PE', 'ruc', 'ruc', 11, 11),
  id('PK', 'cnic', 'cnic', 13, 13, /^\d{5}-\d{7}-\d$/),
  id('PL', 'pesel', 'pesel', 11, 11),
  id('PL', 'nip', 'nip', 10, 10),
  id('PT', 'nif', 'nif contribuinte', 9, 9),
  id('PT', 'cc', 'cidadão cidadao', 12, 12),
  id('PY', 'ruc', 'ruc', 6, 9),
  id('RO', 'cnp', 'cnp', 13, 13),
  id('RS', 'jmbg', 'jmbg јмбг', 13, 13),
  id('RU', 'inn', 'инн inn', 10, 12),
  id('SE', 'personnummer', 'personnummer', 10, 12, /^(?:\d{2})?\d{6}[-+]\d{4}$/),
  id('SI', 'emso', 'emšo emso', 13, 13),
  id('SK', 'rc', 'rodné rodne rč', 9, 10, /^\d{6}\/\d{4}$/),
  id('SV', 'nit', 'nit', 14, 14, /^\d{4}-\d{6}-\d{3}-\d$/),
  id('TH', 'idnr', 'บัตรประชาชน ประชาชน', 13, 13, /^\d-\d{4}-\d{5}-\d{2}-\d$/),
  id('TR', 'tckimlik', 'kimlik tckn tc', 11, 11),
  id('TW', 'natid', '身分證 身份證', 10, 10),
  id('UA', 'rntrc', 'рнокпп іпн', 10, 10),
  id('UY', 'cedula', 'cédula cedula', 7, 8, /^\d\.\d{3}\.\d{3}-\d$/),
  id('VE', 'rif', 'rif', 10, 10, /^[VEJPG]-\d{8}-?\d$/),
  id('VN', 'mst', 'mst', 10, 13),
  id('ZA', 'idnr', 'rsa said identity', 13, 13),
]

const BY_WORD = new Map<string, NationalId[]>()
for (const entry of IDS) {
  for (const word of entry.words.split(' '))
    BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), entry])
}
const ALONE = IDS.filter(({ alone }) => alone)

/** Words that announce a national identifier, in lower case. */
export const nationalIdWords: Iterable<string> = [...BY_WORD.keys(), 'nhs', 'medicare']

type Validators = Readonly<
  Record<string, Readonly<Record<string, { validate: (value: string) => { isValid: boolean } }>>>
>

const checks = ({ country, key }: NationalId, value: string): boolean =>
  (stdnum as unknown as Validators)[country]?.[key]?.validate(value).isValid === true

const compactLength = (value: string) => value.replace(/[ ./()-]/g, '').length

const fits = ({ lengths }: NationalId, length: number) =>
  length >= lengths[0] && length <= lengths[1]

/** The check digit of a British NHS number: weights 10 to 2, modulo 11. */
const isNhs = (digits: string): boolean => {
  if (!/^\d{10}$/.test(digits)) return false
  let sum = 0
  for (let at = 0; at < 9; at++) sum += (digits.charCodeAt(at) - 48) * (10 - at)
  return (11 - (sum % 11)) % 11 === digits.charCodeAt(9) - 48
}

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
const WITHOUT_CHECKSUM = new Set(['GB.nino', 'IN.pan'])

const scoreOf = ({ country, key }: NationalId): number =>
  WITHOUT_CHECKSUM.has(`${country}.${key}`) ? 70 : 95

export interface NationalIdMatch {
  readonly end: number
  readonly score: number
  readonly recogniser: string
}

/** The identifier that begins at `start` and whose form and checksum are enough. */
export const nationalIdAt = (text: string, start: number): NationalIdMatch | undefined => {
  ANY_FORM.lastIndex = start
  if (!ANY_FORM.test(text)) return undefined
  for (const { entry, form } of FORMS) {
    form.lastIndex = start
    if (!form.test(text)) continue
    const end = form.lastIndex
    if (checks(entry, text.slice(start, end)))
      return { end, score: scoreOf(entry), recogniser: `national-id/${entry.country}.${entry.key}` }
  }
  return undefined
}

/** Recogniser name for a value that one of the words near it names, and that passes its check. */
export const nationalIdNamed = (value: string, word: string): string | undefined => {
  if (word === 'nhs') return isNhs(value.replace(/\D/g, '')) ? 'national-id/GB.nhs' : undefined
  const length = compactLength(value)
  const found = BY_WORD.get(word)?.find((entry) => fits(entry, length) && checks(entry, value))
  return found && `national-id/${found.country}.${found.key}`
}
