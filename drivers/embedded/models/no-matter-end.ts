/** Longer ones are no placeholders. */
const MOST_UNITS = 64
const ADDRESS = ['http://', 'https://', 'www.'] as const

/**
 * Where something ends that says nothing to people and whose first word begins at `at`: the placeholder of a value that was redacted, as `[PERSON_1]`, or the
 * address of a page, up to the next blank; 0 when there is none.
 */
export function noMatterEnd(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (text.charCodeAt(at - 1) === 0x5b && isCapital(unit)) return placeholderEnd(text, at)
  if ((unit === 0x68 || unit === 0x77) && ADDRESS.some((each) => text.startsWith(each, at)))
    return blankAfter(text, at)
  return 0
}

function placeholderEnd(text: string, at: number): number {
  let end = at
  while (end < at + MOST_UNITS && isOfName(text.charCodeAt(end))) end++
  return text.charCodeAt(end) === 0x5d ? end : 0
}

function blankAfter(text: string, at: number): number {
  let end = at
  while (end < text.length && text.charCodeAt(end) > 0x20) end++
  return end
}

const isCapital = (unit: number): boolean => unit >= 0x41 && unit <= 0x5a

const isOfName = (unit: number): boolean =>
  isCapital(unit) || unit === 0x5f || (unit >= 0x30 && unit <= 0x39)
