/** What can be told about a text without reading its words, each a number from 0 to 1. */
export const SHAPE_FEATURES = ['exclamations', 'capitals', 'digits', 'links', 'money'] as const

/** One of {@link SHAPE_FEATURES}. */
export type ShapeFeature = (typeof SHAPE_FEATURES)[number]

/**
 * Writes the shape of `text.slice(start, end)` to `out`, in the order of {@link SHAPE_FEATURES}: exclamation marks,
 * links and money signs as n / (n + 2), capitals as a share of the ASCII letters, digits as a share of all units.
 */
export function readShape(text: string, start: number, end: number, out: Float64Array): void {
  let exclamations = 0
  let capitals = 0
  let letters = 0
  let digits = 0
  let links = 0
  let money = 0
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x61 && unit <= 0x7a) letters++
    else if (unit >= 0x41 && unit <= 0x5a) capitals++
    else if (unit >= 0x30 && unit <= 0x39) digits++
    else if (unit === 0x21) exclamations++
    else if (unit === 0x24 || unit === 0xa3 || unit === 0x20ac) money++
    else if (unit === 0x3a && text.startsWith('://', at)) links++
  }
  out[0] = exclamations / (exclamations + 2)
  // Twenty letters of doubt: a short text in capitals is not shouting yet.
  out[1] = capitals / (capitals + letters + 20)
  out[2] = digits / (end - start + 20)
  out[3] = links / (links + 2)
  out[4] = money / (money + 2)
}
