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
  type YAMLError,
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
  /** Options that there are not, so far. */
  unknown: number
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
const NOT_HERE: ReadonlyMap<string, string> = new Map([
  ['extends', '; a profile does not build on another one: what it leaves out has its default'],
  ['<<', '; groups are not merged here: name the options themselves'],
])

/** Keys beyond that are not looked at: such a file is no profile. */
const MOST_UNKNOWN = 100
const LONGEST_NAME = 60

const unknownKey = (
  reading: Reading,
  path: readonly string[],
  key: unknown,
  names: Iterable<string>,
) => {
  const unknown = ++reading.unknown
  if (unknown > MOST_UNKNOWN + 1) return
  const problem = (message: string) =>
    void reading.problems.push({ origin: reading.at(key), message })
  if (unknown > MOST_UNKNOWN) return problem('and more unknown options, which are not listed')
  if (!isScalar(key)) return problem('the name of an option must be a word')
  const name = String(key.value)
  const where = path.length > 0 ? ` in "${path.join('.')}"` : ''
  const hint = NOT_HERE.get(name) ?? meantHint(name, names)
  problem(`unknown option ${JSON.stringify(name.slice(0, LONGEST_NAME))}${where}${hint}`)
}

const readPair = (
  reading: Reading,
  members: ReadonlyMap<string, OptionNode>,
  path: readonly string[],
  { key, value }: Pair,
): void => {
  const name = isScalar(key) ? String(key.value) : ''
  const node = members.get(name)
  if (!node) return unknownKey(reading, path, key, members.keys())
  readNode(reading, node, [...path, name], key as Scalar, resolved(reading, value))
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
    const message = `${JSON.stringify(name.slice(0, LONGEST_NAME))} is given twice, first in line ${line}; keep one of them`
    reading.problems.push({ origin: reading.at(pair.key), message })
  }
}

const LARGEST = 1024 * 1024

/** What is no text of a profile is not shown to a reader of YAML. */
const noProfile = (text: string): string | undefined => {
  if (text.length > LARGEST) return 'the file is larger than 1 MiB, and no profile'
  // eslint-disable-next-line no-control-regex -- what text files do not have
  return /[\0-\x08\x0e-\x1f]/.test(text) ? 'the file is not text, and no profile' : undefined
}

/** What the reader of YAML says to programmers, said to who writes a profile. */
const sayingOf = ({ code, message }: YAMLError): string => {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here, and a profile is one'
  if (/call stack/.test(message)) return 'it is nested too deeply'
  return message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
}

const syntaxProblem = (file: string, lines: LineCounter, error: YAMLError): ConfigProblem => {
  const { line, col } = lines.linePos(error.pos[0])
  return { origin: { kind: 'file', file, line, column: col }, message: sayingOf(error) }
}

/** Thrown by the reader of YAML for what is well-formed and still no use. */
const refusal = (error: unknown): string =>
  error instanceof RangeError ? 'it is nested too deeply' : 'its aliases stand for too much'

/** Reads a profile. `file` is only for messages. Syntax errors, unknown keys and secrets are all reported at once. */
export const readFileLayer = (file: string, text: string): Layer => {
  const whole = (message: string): Layer => ({
    assignments: [],
    problems: [{ origin: { kind: 'file', file, line: 1, column: 1 }, message }],
  })
  const refused = noProfile(text)
  if (refused !== undefined) return whole(refused)
  try {
    return readDocument(file, text)
  } catch (error) {
    return whole(`the profile cannot be read as YAML: ${refusal(error)}`)
  }
}

const readDocument = (file: string, text: string): Layer => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false })
  const problems = document.errors.map((error) => syntaxProblem(file, lines, error))
  const assignments: Assignment[] = []
  if (problems.length === 0) {
    const at = (node: unknown) => positions(file, lines, node)
    const unknown = 0
    const reading = { document: document as Document, lines, at, assignments, problems, unknown }
    visit(document, { Map: (_, map) => problemsOfKeys(reading, map) })
    readNode(reading, optionTree, [], undefined, document.contents)
  }
  return { assignments, problems }
}
