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
