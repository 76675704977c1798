import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
} from 'yaml'
import { type Keys, policyIssueText, readPolicy } from './policy.ts'

/** Something wrong with a policy file. Lines and columns begin with 1. */
export interface PolicyFileProblem {
  readonly line: number
  readonly column: number
  /** What is wrong, with the option it is wrong with; never a key. */
  readonly message: string
}

type Path = readonly (string | number)[]

/** Everything that is wrong with the text of a policy file, in the order of the file. */
export const policyFileProblems = (text: string, keys: Keys): readonly PolicyFileProblem[] => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const placed = (offset: number, message: string): PolicyFileProblem => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1), message }
  }
  if (document.errors.length > 0)
    return document.errors.map(({ pos, message }) => placed(pos[0], firstLine(message)))
  const reading = readPolicy(document.toJS(), keys)
  if (reading.ok) return []
  return reading.issues
    .map((issue) => placed(offsetOf(document, issue.at), policyIssueText(issue)))
    .sort((a, b) => a.line - b.line || a.column - b.column)
}

const firstLine = (message: string): string =>
  message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')

/** Where the key of an option begins, or what is nearest to it above. */
const offsetOf = (document: Document, path: Path): number => {
  let offset = startOf(document.contents)
  let node: unknown = document.contents
  for (const name of path) {
    if (isAlias(node)) node = node.resolve(document)
    const entry = isMap(node)
      ? node.items.find((item) => isPair(item) && String(item.key) === String(name))
      : undefined
    const item = isSeq(node) ? node.items[Number(name)] : undefined
    if (!entry && item === undefined) break
    offset = startOf(entry ? entry.key : item)
    node = entry ? entry.value : item
  }
  return offset
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0)
