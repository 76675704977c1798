/** How much of a gold summary another one says, by words: between 0 and 1. */
export interface Rouge {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** As the package rouge-score counts without its stemmer: runs of ASCII letters and digits, in small letters. */
export const wordsOf = (text: string): readonly string[] =>
  text.toLowerCase().match(/[a-z0-9]+/g) ?? []

const scored = (common: number, said: number, gold: number): Rouge => {
  const precision = said === 0 ? 0 : common / said
  const recall = gold === 0 ? 0 : common / gold
  const f1 = common === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision, recall, f1 }
}

const runsOf = (words: readonly string[], length: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (let at = 0; at + length <= words.length; at++) {
    const run = words.slice(at, at + length).join(' ')
    counts.set(run, (counts.get(run) ?? 0) + 1)
  }
  return counts
}

const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((all, count) => all + count, 0)

/** ROUGE-1 and ROUGE-2: runs of so many words that both have, each as often as both have it. */
export const rougeN = (said: string, gold: string, length: number): Rouge => {
  const [ours, theirs] = [runsOf(wordsOf(said), length), runsOf(wordsOf(gold), length)]
  let common = 0
  for (const [run, count] of ours) common += Math.min(count, theirs.get(run) ?? 0)
  return scored(common, sum(ours), sum(theirs))
}

/** ROUGE-L: the longest list of words that both have in the same order, with gaps. */
export const rougeL = (said: string, gold: string): Rouge => {
  const [ours, theirs] = [wordsOf(said), wordsOf(gold)]
  let above = new Uint32Array(theirs.length + 1)
  for (const word of ours) {
    const row = new Uint32Array(theirs.length + 1)
    for (let at = 1; at < row.length; at++)
      row[at] = word === theirs[at - 1] ? above[at - 1]! + 1 : Math.max(above[at]!, row[at - 1]!)
    above = row
  }
  return scored(above.at(-1)!, ours.length, theirs.length)
}
