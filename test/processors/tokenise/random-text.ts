/** Strings that mix plain words with the corners of Unicode that tokenisers stumble over, the same for the same seed. */
export function randomTexts(seed: number, count: number): string[] {
  const below = generator(seed)
  return Array.from({ length: count }, () => randomText(below))
}

type Below = (limit: number) => number

/** Linear congruential, by Numerical Recipes; quality does not matter here, repeatability does. */
function generator(seed: number): Below {
  let state = seed >>> 0
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** First code point and length. Some ranges twice, to come up more often. */
const RANGES: readonly (readonly [first: number, length: number])[] = [
  [0x20, 0x5f],
  [0x20, 0x5f],
  [0x20, 0x5f],
  [0x20, 1],
  [0x00, 0x30],
  [0x00, 0x3000],
  [0x00, 0x10000],
  [0x00, 0x110000],
  [0x300, 0x70],
  [0x8d0, 0x20],
  [0x1b00, 0x100],
  [0x1e00, 0x200],
  [0x2000, 0x70],
  [0x302a, 6],
  [0x3040, 0xc0],
  [0x4e00, 0x5200],
  [0xac00, 0x2ba4],
  [0xf900, 0x200],
  [0xfe00, 0x100],
  [0x1d100, 0x100],
  [0x1f300, 0x400],
  [0x0600, 0x10],
  [0x0900, 0x180],
  [0x1100, 0x100],
  [0x1f1e6, 26],
  [0x3099, 4],
  [0x09, 5],
]

const WORDS = [
  '[SEP]',
  '[UNK]',
  '[MASK]',
  '<mask>',
  '##ing',
  'the',
  'İstanbul',
  'ΣΑΣ',
  'e\u0301',
  "'s",
  "don't",
  "WE'LL",
  "'\u017f",
  '  ',
  '\n\n',
  ' \n ',
  '1234567',
  '<s>',
  '</s>',
  '``',
  '©\u200d®\u0301',
]

function randomText(below: Below): string {
  let text = ''
  const favourite = RANGES[below(RANGES.length)]!
  for (let left = 1 + below(40); left > 0; left--) {
    if (below(20) === 0) text += WORDS[below(WORDS.length)]!
    else {
      const [first, length] = below(4) === 0 ? RANGES[below(RANGES.length)]! : favourite
      text += String.fromCodePoint(withoutSurrogates(first + below(length)))
    }
  }
  return text
}

/** A surrogate cannot be handed to the reference: it works on UTF-8. */
function withoutSurrogates(point: number): number {
  return point >= 0xd800 && point < 0xe000 ? 0xfffd : point
}
