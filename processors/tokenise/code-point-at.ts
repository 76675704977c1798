const REPLACEMENT = 0xfffd

/** The code point at `index`, reading no further than `end`. An unpaired surrogate is U+FFFD, as it is in UTF-8. */
export function codePointAt(text: string, index: number, end: number): number {
  const unit = text.charCodeAt(index)
  if ((unit & 0xf800) !== 0xd800) return unit
  if ((unit & 0xfc00) !== 0xd800 || index + 1 >= end) return REPLACEMENT
  const low = text.charCodeAt(index + 1)
  if ((low & 0xfc00) !== 0xdc00) return REPLACEMENT
  return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)
}
