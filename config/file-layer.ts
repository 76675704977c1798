import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
  type Scalar,
} from 'yaml'
import type { Assignment, ConfigProblem, Layer, Origin } from './layer.ts'
import { meantHint } from '../topology/model/nearest.ts'
import { environmentName } from './environment-layer.ts'
import { optionTree, type OptionNode } from './option-tree.ts'

interface Reading {
  readonly document: Document
  readonly at: (node: unknown) => Origin
  readonly assignments: Assignment[]
  readonly problems: ConfigProblem[]
}

const positions = (file: string, lines: LineCounter, node: unknown): Origin => {
  const offset = (node as { readonly range?: readonly number[] } | null)?.range?.[0] ?? 0
  const { line, col } = lines.linePos(offset)
  return { kind: 'file', file, line: Math.max(line, 1), column: Math.max(col, 1) }
}

const resolved = (reading: Reading, node: unknown): unknown =>
  isAlias(node) ? node.resolve(reading.document) : node

/** An empty section: nothing, or nothing but comments. */
const isEmpty = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null)

const unknownKey = (
  reading: Reading,
  path: readonly string[],
  key: Scalar,
  names: Iterable<string>,
) => {
  const where = path.length > 0 ? ` in "${path.join('.')}"` : ''
  reading.problems.push({
    origin: reading.at(key),
    message: `unknown option "${String(key.value)}"${where}${meantHint(String(key.value), names)}`,
  })
}

const readPair = (
  reading: Reading,
  members: ReadonlyMap<string, OptionNode>,
  path: readonly string[],
  pair: Pair,
): void => {
  const key = pair.key as Scalar
  const node = members.get(String(key.value))
  if (!node) return unknownKey(reading, path, key, members.keys())
  readNode(reading, node, [...path, String(key.value)], key, resolved(reading, pair.value))
}

const readNode = (
  reading: Reading,
  node: OptionNode,
  path: readonly string[],
  key: Scalar | undefined,
  value: unknown,
): void => {
  const origin = reading.at(key ?? value)
  const name = path.join('.')
  switch (node.kind) {
    case 'section':
      if (isEmpty(value)) return
      if (isMap(value)) {
        for (const pair of value.items) readPair(reading, node.members, path, pair)
      } else {
        const message = `${name ? `"${name}"` : 'the profile'} is a group of options, not a value`
        reading.problems.push({ origin, message })
      }
      return
    case 'secrets': {
      if (isEmpty(value)) return
      const variable = environmentName([...path, '<ID>'])
      const message = `"${name}" holds secrets and must not be in a file; set ${variable} or ${variable}_FILE`
      reading.problems.push({ origin, message })
      return
    }
    case 'leaf': {
      if (isEmpty(value)) return
      const plain = (value as { toJS: (document: Document) => unknown }).toJS(reading.document)
      reading.assignments.push({ path, value: plain, origin })
    }
  }
}

/** Reads a profile. `file` is only for messages. Syntax errors, unknown keys and secrets are all reported at once. */
export const readFileLayer = (file: string, text: string): Layer => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const problems: ConfigProblem[] = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0])
    const message = error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
    return { origin: { kind: 'file', file, line, column: col }, message }
  })
  const assignments: Assignment[] = []
  if (problems.length === 0) {
    const at = (node: unknown) => positions(file, lines, node)
    const reading = { document: document as Document, at, assignments, problems }
    readNode(reading, optionTree, [], undefined, document.contents)
  }
  return { assignments, problems }
}
