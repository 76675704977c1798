import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../../scripts/repository.ts'

/** The test model of deploy/triton in this language: a list of names by their token ids. */
export interface Lexicon {
  readonly labels: readonly string[]
  /** Scores of every label for every id, row after row. */
  readonly logits: (ids: ArrayLike<number>) => Float32Array
}

interface KnownName {
  readonly kind: string
  readonly ids: readonly number[]
}

const file = join(repository, 'deploy/triton/test-models/recognise-lexicon/1/names.json')
const LABELS = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG']
const SURE = 5

export const createLexicon = (): Lexicon => {
  const { names } = JSON.parse(readFileSync(file, 'utf8')) as { readonly names: KnownName[] }
  const longestFirst = names.toSorted((a, b) => b.ids.length - a.ids.length)
  const nameAt = (ids: ArrayLike<number>, at: number): KnownName | undefined =>
    longestFirst.find((name) => name.ids.every((id, i) => ids[at + i] === id))

  const logits = (ids: ArrayLike<number>): Float32Array => {
    const scores = new Float32Array(ids.length * LABELS.length)
    const say = (at: number, label: string): void => {
      scores[at * LABELS.length + LABELS.indexOf(label)] = SURE
    }
    for (let at = 0; at < ids.length;) {
      const name = nameAt(ids, at)
      if (!name) say(at++, 'O')
      else for (const i of name.ids.keys()) say(at++, `${i === 0 ? 'B' : 'I'}-${name.kind}`)
    }
    return scores
  }
  return { labels: LABELS, logits }
}
