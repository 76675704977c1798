/** `&amp;`, `&#65;`, `&#x41;` and the like; entities that a DTD declares are not expanded. */
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** Most texts with a reference have no other one than `&amp;`, and need no function to be called for it. */
const OTHER_REFERENCE = /&(?!amp;)/

/** Text of XML with its references as the characters that they stand for; those that stand for none as U+FFFD. */
export const decodeReferences = (text: string): string =>
  OTHER_REFERENCE.test(text)
    ? text.replace(REFERENCE, (_, name?: string, decimal?: string, hex?: string) =>
        name === undefined
          ? characterOf(decimal === undefined ? `0x${hex}` : decimal)
          : NAMED[name]!,
      )
    : text.replaceAll('&amp;', '&')

const characterOf = (digits: string): string => {
  const code = Number(digits)
  const surrogate = code >= 0xd800 && code <= 0xdfff
  return code === 0 || code > 0x10ffff || surrogate ? '\ufffd' : String.fromCodePoint(code)
}
