/** What a label says of a token. `inside`: that it goes on, or begins where nothing of its kind is before it. */
export interface TokenLabel {
  readonly part: 'outside' | 'begin' | 'inside' | 'end' | 'single'
  /** `PER` of `B-PER`; empty for `O`. */
  readonly kind: string
}

const PARTS: Readonly<Record<string, TokenLabel['part']>> = {
  B: 'begin',
  I: 'inside',
  M: 'inside',
  E: 'end',
  L: 'end',
  S: 'single',
  U: 'single',
}

/** Reads a label of BIO, BIOES, BILOU, or a bare kind, which is the same as `I-`. */
export const tokenLabelOf = (label: string): TokenLabel => {
  if (label === 'O') return { part: 'outside', kind: '' }
  const [, letter = '', kind] = /^([A-Z])[-_](.+)$/.exec(label) ?? []
  const part = PARTS[letter]
  return part && kind !== undefined ? { part, kind } : { part: 'inside', kind: label }
}

interface Labelled {
  readonly labels: readonly string[]
  readonly types: Readonly<Record<string, string | null>>
  readonly maxTokens: number
  readonly overlap: number
}

/** What is wrong between the members of a card of a model for names. */
export const recogniseProblems = ({ labels, types, maxTokens, overlap }: Labelled) => {
  const problems: { readonly path: keyof Labelled; readonly message: string }[] = []
  if (labels.filter((label) => label === 'O').length !== 1 || new Set(labels).size < labels.length)
    problems.push({ path: 'labels', message: 'expected O once, and every other label once' })
  const kinds = new Set(labels.map((label) => tokenLabelOf(label).kind))
  kinds.delete('')
  // A kind that was forgotten would be let through by a slip of the pen.
  const missing = [...kinds].filter((kind) => !Object.hasOwn(types, kind))
  if (missing.length > 0)
    problems.push({ path: 'types', message: `say nothing of ${missing.join(', ')}` })
  const strange = Object.keys(types).filter((kind) => !kinds.has(kind))
  if (strange.length > 0)
    problems.push({ path: 'types', message: `name ${strange.join(', ')}, which no label is of` })
  if (overlap * 2 >= maxTokens)
    problems.push({ path: 'overlap', message: 'must be under half of maxTokens' })
  return problems
}
