/** A place in a text, counted in other units than UTF-16. */
export interface TextPlace {
  /** Bytes of the text before it as UTF-8; a lone surrogate has three, as U+FFFD has. */
  readonly byte: number
  /** Unicode code points before it, as Python counts. */
  readonly codePoint: number
}

/** Finds the places at these UTF-16 units, in one pass over the text. No unit may lie inside a surrogate pair. */
export function textPlaces(text: string, units: readonly number[]): (unit: number) => TextPlace {
  // Nothing to count in text of ASCII alone.
  if (Buffer.byteLength(text) === text.length) return (unit) => ({ byte: unit, codePoint: unit })
  const hasPairs = /[\ud800-\udbff]/.test(text)
  const places = new Map<number, TextPlace>()
  let at = 0
  let byte = 0
  let pairs = 0
  for (const unit of units.toSorted((a, b) => a - b)) {
    const passed = text.slice(at, unit)
    byte += Buffer.byteLength(passed)
    if (hasPairs) pairs += pairsIn(passed)
    at = unit
    places.set(unit, { byte, codePoint: unit - pairs })
  }
  return (unit) => places.get(unit)!
}

function pairsIn(text: string): number {
  let pairs = 0
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) continue
    if ((text.charCodeAt(i - 1) & 0xfc00) === 0xd800) pairs++
  }
  return pairs
}
