/** `&amp;`, `&#65;`, `&#x41;` and the like; entities that a DTD declares are not expanded. */
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

const AMPERSAND = '&amp;'

/** Text of XML with its references as the characters that they stand for; those that stand for none as U+FFFD. */
export const decodeReferences = (text: string): string => {
  let decoded = ''
  let done = 0
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    // Most texts with a reference have no other one, and need no function to be called for it.
    if (!text.startsWith(AMPERSAND, at)) return decodeAll(text)
    decoded += text.slice(done, at + 1)
    done = at + AMPERSAND.length
  }
  return decoded + text.slice(done)
}

const decodeAll = (text: string): string =>
  text.replace(REFERENCE, (_, name?: string, decimal?: string, hex?: string) =>
    name === undefined ? characterOf(decimal === undefined ? `0x${hex}` : decimal) : NAMED[name]!,
  )

const characterOf = (digits: string): string => {
  const code = Number(digits)
  const surrogate = code >= 0xd800 && code <= 0xdfff
  return code === 0 || code > 0x10ffff || surrogate ? '\ufffd' : String.fromCodePoint(code)
}
