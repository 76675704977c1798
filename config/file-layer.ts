import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import type { Assignment, ConfigProblem, Layer, Origin } from './layer.ts'
import { meantHint } from '../topology/model/nearest.ts'
import { environmentName } from './environment-layer.ts'
import { optionTree, type OptionNode } from './option-tree.ts'

interface Reading {
  readonly document: Document
  readonly lines: LineCounter
  readonly at: (node: unknown) => Origin
  readonly assignments: Assignment[]
  readonly problems: ConfigProblem[]
}

const positions = (file: string, lines: LineCounter, node: unknown) => {
  const offset = (node as { readonly range?: readonly number[] } | null)?.range?.[0] ?? 0
  const { line, col } = lines.linePos(offset)
  return { kind: 'file', file, line: Math.max(line, 1), column: Math.max(col, 1) } as const
}

const resolved = (reading: Reading, node: unknown): unknown =>
  isAlias(node) ? node.resolve(reading.document) : node

/** An empty section: nothing, or nothing but comments. */
const isEmpty = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null)

/** What people look for here who know other software. */
const NOT_HERE: Readonly<Record<string, string>> = {
  extends: '; a profile does not build on another one: what it leaves out has its default',
}

const unknownKey = (
  reading: Reading,
  path: readonly string[],
  key: Scalar,
  names: Iterable<string>,
) => {
  const name = String(key.value)
  const where = path.length > 0 ? ` in "${path.join('.')}"` : ''
  const hint = (path.length === 0 ? NOT_HERE[name] : undefined) ?? meantHint(name, names)
  reading.problems.push({
    origin: reading.at(key),
    message: `unknown option "${name}"${where}${hint}`,
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
      const inside = new Map(placesInside(reading, path, value))
      reading.assignments.push({ path, value: plain, origin, inside })
    }
  }
}

/** Where the parts of a value that is a list or a map are, by their path. */
function* placesInside(
  reading: Reading,
  path: readonly string[],
  value: unknown,
): Iterable<readonly [string, Origin]> {
  if (isSeq(value))
    for (const [index, item] of value.items.entries()) {
      yield [[...path, index].join('.'), reading.at(item)]
      yield* placesInside(reading, [...path, String(index)], item)
    }
  if (isMap(value))
    for (const { key, value: part } of value.items) {
      yield [[...path, String(key)].join('.'), reading.at(key)]
      yield* placesInside(reading, [...path, String(key)], part)
    }
}

const problemsOfKeys = (reading: Reading, map: YAMLMap): void => {
  const firsts = new Map<string, Scalar>()
  for (const pair of map.items) {
    if (!isScalar(pair.key)) continue
    const name = String(pair.key.value)
    const first = firsts.get(name)
    firsts.set(name, first ?? pair.key)
    if (!first) continue
    const { line } = positions('', reading.lines, first)
    const message = `"${name}" is given twice, first in line ${line}; keep one of them`
    reading.problems.push({ origin: reading.at(pair.key), message })
  }
}

/** Reads a profile. `file` is only for messages. Syntax errors, unknown keys and secrets are all reported at once. */
export const readFileLayer = (file: string, text: string): Layer => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false })
  const problems: ConfigProblem[] = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0])
    const message = error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
    return { origin: { kind: 'file', file, line, column: col }, message }
  })
  const assignments: Assignment[] = []
  if (problems.length === 0) {
    const at = (node: unknown) => positions(file, lines, node)
    const reading = { document: document as Document, lines, at, assignments, problems }
    visit(document, { Map: (_, map) => problemsOfKeys(reading, map) })
    readNode(reading, optionTree, [], undefined, document.contents)
  }
  return { assignments, problems }
}
