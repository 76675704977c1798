export const GT = 62
export const SLASH = 47
export const EQUALS = 61
export const DOUBLE = 34
export const SINGLE = 39

/** Elements that hold text and no elements. */
const TEXT_ONLY = [
  'title',
  'textarea',
  'script',
  'style',
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
  'xmp',
]

export const isBlank = (code: number): boolean =>
  code === 32 || code === 10 || code === 9 || code === 13 || code === 12
export const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122
const endsName = (code: number): boolean => code === GT || code === SLASH || isBlank(code)

export const behindBlanks = (html: string, start: number): number => {
  let at = start
  while (isBlank(html.charCodeAt(at))) at += 1
  return at
}

/** Where the name of an element ends that begins at `start`. */
export const endOfName = (html: string, start: number): number => {
  let end = start + 1
  while (end < html.length && !endsName(html.charCodeAt(end))) end += 1
  return end
}

/** Where the name of an attribute ends. It may begin with an equals sign. */
export const endOfAttributeName = (html: string, start: number): number => {
  let end = start + 1
  let code = html.charCodeAt(end)
  while (code !== EQUALS && !endsName(code) && end < html.length) code = html.charCodeAt(++end)
  return end
}

/** Where a value without quotes ends. */
export const endOfUnquoted = (html: string, start: number): number => {
  let end = start
  while (end < html.length && html.charCodeAt(end) !== GT && !isBlank(html.charCodeAt(end)))
    end += 1
  return end
}

/** Where a value ends whose quote is at `start`: at the next such quote, or -1. */
export const endOfQuoted = (html: string, start: number): number =>
  html.indexOf(html.charCodeAt(start) === DOUBLE ? '"' : "'", start + 1)

const behindAttribute = (html: string, start: number): number => {
  const equals = behindBlanks(html, endOfAttributeName(html, start))
  if (html.charCodeAt(equals) !== EQUALS) return equals
  const value = behindBlanks(html, equals + 1)
  const quote = html.charCodeAt(value)
  if (quote !== DOUBLE && quote !== SINGLE) return endOfUnquoted(html, value)
  const end = endOfQuoted(html, value)
  return end === -1 ? html.length : end + 1
}

/** The place behind an end tag whose name ends at `start`. It may have attributes, which mean nothing. */
export const behindEndTag = (html: string, start: number): number => {
  let at = start
  while (at < html.length) {
    const code = html.charCodeAt(at)
    if (code === GT) return at + 1
    at = code === SLASH || isBlank(code) ? at + 1 : behindAttribute(html, at)
  }
  return at
}

/** The place behind a comment whose text begins at `start`. */
export const behindComment = (html: string, start: number): number => {
  if (html.charCodeAt(start) === GT) return start + 1
  if (html.startsWith('->', start)) return start + 2
  for (let at = html.indexOf('--', start); at !== -1; at = html.indexOf('--', at)) {
    at += 2
    while (html.charCodeAt(at) === 45) at += 1
    if (html.charCodeAt(at) === GT) return at + 1
    if (html.startsWith('!>', at)) return at + 2
  }
  return html.length
}

const isAt = (html: string, name: string, start: number): boolean => {
  for (let at = 0; at < name.length; at += 1)
    if ((html.charCodeAt(start + at) | 32) !== name.charCodeAt(at)) return false
  return true
}

/** The name of an element that stands between two places, where it is one that holds text only. */
export const textOnlyName = (html: string, start: number, end: number): string | undefined => {
  const length = end - start
  const first = html.charCodeAt(start) | 32
  // t, s, i, n, p, x
  if (first !== 116 && first !== 115 && !(first === 105 && length === 6)) {
    if (first !== 110 && first !== 112 && first !== 120) return undefined
  }
  return TEXT_ONLY.find((each) => each.length === length && isAt(html, each, start))
}

/** Where the end tag of an element begins that holds text only, or -1. */
export const endOfTextOnly = (html: string, name: string, start: number): number => {
  if (name === 'plaintext') return -1
  let end = html.indexOf('</', start)
  while (end !== -1 && !endsHere(html, name, end)) end = html.indexOf('</', end + 1)
  return end
}

const endsHere = (html: string, name: string, at: number): boolean =>
  endsName(html.charCodeAt(at + 2 + name.length)) && isAt(html, name, at + 2)
