/** Charset label of a Windows code page number (`\ansicpg`). */
export const labelOfCodePage = (codePage: number): string => {
  switch (codePage) {
    case 932:
      return 'shift_jis'
    case 936:
      return 'gbk'
    case 949:
      return 'euc-kr'
    case 950:
      return 'big5'
    case 1200:
      return 'utf-16le'
    case 1361:
      return 'euc-kr'
    case 10000:
      return 'macintosh'
    case 20127:
      return 'us-ascii'
    case 20866:
      return 'koi8-r'
    case 21866:
      return 'koi8-u'
    case 50220:
    case 50221:
    case 50222:
      return 'iso-2022-jp'
    case 51932:
      return 'euc-jp'
    case 51949:
      return 'euc-kr'
    case 54936:
      return 'gb18030'
    case 65000:
      return 'utf-7'
    case 65001:
      return 'utf-8'
    default:
      if (codePage > 28590 && codePage < 28607) return `iso-8859-${codePage - 28590}`
      return codePage === 874 || (codePage >= 1250 && codePage <= 1258)
        ? `windows-${codePage}`
        : 'windows-1252'
  }
}

/** Code page of a font's character set (`\fcharset`); the others use that of the document. */
const CODE_PAGES: ReadonlyMap<number, number> = new Map([
  [77, 10000],
  [128, 932],
  [129, 949],
  [134, 936],
  [136, 950],
  [161, 1253],
  [162, 1254],
  [163, 1258],
  [177, 1255],
  [178, 1256],
  [186, 1257],
  [204, 1251],
  [222, 874],
  [238, 1250],
])

/** Charset label of a font, or none where it says nothing. */
export const labelOfFontCharset = (charset: number): string | undefined => {
  const codePage = CODE_PAGES.get(charset)
  return codePage === undefined ? undefined : labelOfCodePage(codePage)
}

/** Code page of 8-bit text by the primary language of a Windows locale; all others use 1252. */
const LANGUAGE_PAGES: ReadonlyMap<number, number> = new Map([
  ...[0x05, 0x0e, 0x15, 0x18, 0x1a, 0x1b, 0x1c, 0x24].map((language) => [language, 1250] as const),
  ...[0x02, 0x19, 0x22, 0x23, 0x2f].map((language) => [language, 1251] as const),
  [0x08, 1253],
  [0x1f, 1254],
  [0x0d, 1255],
  [0x01, 1256],
  ...[0x25, 0x26, 0x27].map((language) => [language, 1257] as const),
  [0x2a, 1258],
  [0x1e, 874],
  [0x11, 932],
  [0x04, 936],
  [0x12, 949],
])

/** Chinese as written in Taiwan, Hong Kong and Macao. */
const TRADITIONAL_CHINESE = new Set([0x0404, 0x0c04, 0x1404])

/** Windows code page of a locale (LCID). */
export const codePageOfLocale = (locale: number): number =>
  TRADITIONAL_CHINESE.has(locale) ? 950 : (LANGUAGE_PAGES.get(locale & 0x3ff) ?? 1252)
