import { isDigit, isToken } from '../char-classes.ts'
import { nextLine } from './line-wrap.ts'

/** Length of an IBAN by country (SWIFT IBAN registry, and the countries that use the format without being in it). */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 CM27 CR22 CV25 CY28 CZ24 ' +
    'DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GI23 GL18 GQ27 GR27 GT28 GW25 HN28 HR21 ' +
    'HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 ' +
    'MK19 ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 ' +
    'SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)

const MAX_GAPS = 12

/** Remainder of the rearranged number modulo 97 (ISO 13616, ISO/IEC 7064 MOD 97-10); 1 when it is right. */
const remainder = (compact: string): number => {
  let rest = 0
  for (let k = 0; k < compact.length; k++) {
    const code = compact.charCodeAt((k + 4) % compact.length)
    rest = isDigit(code) ? (rest * 10 + code - 48) % 97 : (rest * 100 + (code | 32) - 87) % 97
  }
  return rest
}

const isAlphanumeric = (code: number) => code < 128 && isToken(code) && code !== 95

/** End of the IBAN that begins at `start` (a letter), or -1. Single blanks, dashes or dots may stand between its groups, and one line end. */
export const ibanEnd = (text: string, start: number): number => {
  const country = text.slice(start, start + 2).toUpperCase()
  const length = LENGTHS.get(country)
  if (length === undefined) return -1
  let compact = ''
  let gaps = 0
  let wrapped = false
  for (let at = start; at < text.length && gaps <= MAX_GAPS; at++) {
    const code = text.charCodeAt(at)
    if (isAlphanumeric(code)) compact += text.charAt(at)
    else if ((code === 32 || code === 45 || code === 46) && isAlphanumeric(text.charCodeAt(at + 1)))
      gaps++
    else {
      const next = wrapped ? -1 : nextLine(text, at)
      if (!isAlphanumeric(text.charCodeAt(next))) return -1
      wrapped = true
      at = next - 1
    }
    if (compact.length < length) continue
    return !isToken(text.charCodeAt(at + 1)) && remainder(compact) === 1 ? at + 1 : -1
  }
  return -1
}
