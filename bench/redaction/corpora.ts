import { readFileSync, readdirSync } from 'node:fs'

export interface GoldSpan {
  readonly entity_type: string
  readonly start_position: number
  readonly end_position: number
}

/** One text of presidio-research's format. Offsets count code points. */
export interface Sample {
  readonly full_text: string
  readonly spans: readonly GoldSpan[]
}

export const readSamples = (file: string): readonly Sample[] =>
  JSON.parse(readFileSync(file, 'utf8')) as readonly Sample[]

const DOCUMENT = 4096
const DENSE_CHARACTERS = 4_000_000
const SPARSE_CHARACTERS = 3_100_000

/** Numerical Recipes' linear congruential generator: the same shuffle everywhere. */
const createShuffle = (seed: number) => {
  let state = seed >>> 0
  return <T>(values: readonly T[]): T[] => {
    const shuffled = [...values]
    for (let at = shuffled.length - 1; at > 0; at--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      const other = state % (at + 1)
      ;[shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!]
    }
    return shuffled
  }
}

/** Documents of about 4 KB full of personal data: the corpus's texts in ever new orders. */
export const denseDocuments = (samples: readonly Sample[]): readonly string[] => {
  const shuffle = createShuffle(20_26)
  const documents: string[] = []
  let characters = 0
  let open: string[] = []
  let size = 0
  while (characters < DENSE_CHARACTERS) {
    for (const { full_text: text } of shuffle(samples)) {
      open.push(text)
      size += text.length + 1
      if (size < DOCUMENT) continue
      documents.push(open.join('\n'))
      characters += size
      open = []
      size = 0
    }
  }
  return documents
}

const PROSE = /^(?:readme|changelog|license|licence|contributing)[^/]*$/i

/** Prose with little personal data, cut into pieces of 4 KB: what the packages below node_modules say of themselves. */
export const sparseDocuments = (root: URL, leftOut: readonly string[] = []): readonly string[] => {
  const folder = new URL('node_modules/', root)
  const packages = readdirSync(folder).filter(
    (name) => !name.startsWith('.') && !leftOut.includes(name),
  )
  let text = ''
  for (const name of packages.sort()) {
    const files = readdirSync(new URL(`${name}/`, folder)).filter((file) => PROSE.test(file))
    for (const file of files.sort())
      text += readFileSync(new URL(`${name}/${file}`, folder), 'utf8')
    if (text.length >= SPARSE_CHARACTERS) break
  }
  const pieces = Math.floor(Math.min(text.length, SPARSE_CHARACTERS) / DOCUMENT)
  return Array.from({ length: pieces }, (_, at) => text.slice(at * DOCUMENT, (at + 1) * DOCUMENT))
}
