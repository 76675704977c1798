import { tokenLabelOf } from '../models/token-labels.ts'
import type { TokenLabel } from '../models/token-labels.ts'
import type { TokenLabels } from './read-token-labels.ts'
import type { TokenWindow } from './token-windows.ts'

/** A name in tokens, half-open, with the mean probability of its words. */
export interface TokenName extends TokenWindow {
  readonly kind: string
  readonly probability: number
}

interface Open {
  readonly first: number
  readonly kind: string
  end: number
  words: number
  sum: number
}

/**
 * The names of a window. A word is what its first piece says, as models are trained by that. A name goes on for as long as words say that they
 * are inside one of its kind; one that begins in the middle, or does not end, is a name all the same.
 */
export const decodeNames = (
  window: TokenWindow,
  starts: Uint8Array,
  labels: readonly string[],
  found: TokenLabels,
): readonly TokenName[] => {
  const scheme = labels.map(tokenLabelOf)
  const names: TokenName[] = []
  let open: Open | undefined
  const close = (): void => {
    if (open) names.push(nameOf(open))
    open = undefined
  }
  for (const { first, end } of wordsOf(window, starts)) {
    const at = 2 * (first - window.first)
    const { part, kind } = scheme[found[at]!] as TokenLabel
    const goesOn = open?.kind === kind && (part === 'inside' || part === 'end')
    if (!goesOn) close()
    if (part === 'outside') continue
    open ??= { first, kind, end, words: 0, sum: 0 }
    open.end = end
    open.words++
    open.sum += found[at + 1]!
    if (part === 'end' || part === 'single') close()
  }
  close()
  return names
}

const nameOf = ({ first, end, kind, words, sum }: Open): TokenName => {
  return { first, end, kind, probability: sum / words }
}

/** What a window begins with counts as a word, whatever of it is in the window before. */
function* wordsOf({ first, end }: TokenWindow, starts: Uint8Array): Generator<TokenWindow> {
  let from = first
  for (let i = first + 1; i <= end; i++) {
    if (i < end && starts[i] !== 1) continue
    yield { first: from, end: i }
    from = i
  }
}
