/** Levenshtein distance in UTF-16 units: insertions, deletions and replacements. O(a × b); for short names. */
export const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

/** Two neighbouring letters in the wrong order are one slip of the fingers; the edit distance takes them for two. */
const slips = (a: string, b: string): number => (areSwapped(a, b) ? 1 : editDistance(a, b))

const areSwapped = (a: string, b: string): boolean => {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const swapped = `${a.slice(0, at)}${a.charAt(at + 1)}${a.charAt(at)}${a.slice(at + 2)}`
  return a !== b && swapped === b
}

/** Longest name that is compared: what a person types, not what an attacker sends. */
const longest = 64

/** The candidate that was most likely meant, if one is near: at most a third of its letters differ. Case is ignored. */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => {
  if (name.length > longest) return undefined
  const ranked = [...candidates].map((candidate) => ({
    candidate,
    distance: slips(name.toLowerCase(), candidate.toLowerCase()),
  }))
  const best = ranked.sort((a, b) => a.distance - b.distance)[0]
  const near = best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
  return near ? best.candidate : undefined
}

/** `; did you mean "tenant"?`, or nothing where no candidate is near. */
export const meantHint = (name: string, candidates: Iterable<string>): string => {
  const meant = nearest(name, candidates)
  return meant === undefined ? '' : `; did you mean "${meant}"?`
}
