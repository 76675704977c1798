/** `&amp;`, `&#65;`, `&#x41;` and the like; entities that a DTD declares are not expanded. */
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** Text of XML with its references as the characters that they stand for; those that stand for none as U+FFFD. */
export const decodeReferences = (text: string): string =>
  text.replace(REFERENCE, (_, name?: string, decimal?: string, hex?: string) =>
    name === undefined ? characterOf(decimal === undefined ? `0x${hex}` : decimal) : NAMED[name]!,
  )

const characterOf = (digits: string): string => {
  const code = Number(digits)
  const surrogate = code >= 0xd800 && code <= 0xdfff
  return code === 0 || code > 0x10ffff || surrogate ? '\ufffd' : String.fromCodePoint(code)
}
