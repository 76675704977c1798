import { parse } from 'yaml'
import type { Assignment, ConfigProblem, Layer } from './layer.ts'
import { nearest } from '../topology/model/nearest.ts'
import { optionLeaves, type OptionLeaf } from './option-tree.ts'

const prefix = 'ARCHIVE_STREAMS_'

/** Variables with this prefix that choose how to run instead of setting an option. */
const reserved: ReadonlySet<string> = new Set([`${prefix}PROFILE`])

/** Addresses of services for the tests of this repository. */
const testPrefix = `${prefix}TEST_`

const upperSnake = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()

/** `runtime.pollWaitMs` → `ARCHIVE_STREAMS_RUNTIME__POLL_WAIT_MS`. */
export const environmentName = (path: readonly string[]): string =>
  prefix + path.map(upperSnake).join('__')

/** `ARCHIVE_STREAMS_REDACT__KEYS__MAIN_2026` → `main-2026`. */
const secretId = (rest: string): string => rest.toLowerCase().replaceAll('_', '-')

const leafByName = new Map(
  optionLeaves
    .filter(({ node }) => node.kind === 'leaf')
    .map((leaf) => [environmentName(leaf.path), leaf]),
)
const secretLeaves = optionLeaves.filter(({ node }) => node.kind === 'secrets')

interface Reading {
  readonly readText: (path: string) => string
  readonly assignments: Assignment[]
  readonly problems: ConfigProblem[]
}

/** Lists are JSON (`["a", "b"]`) or words between commas; other values are read as YAML scalars. */
const valueOf = ({ node }: OptionLeaf, text: string): unknown => {
  if (node.kind !== 'leaf' || node.text) return text
  if (!node.list) return parse(text)
  if (text.trimStart().startsWith('[')) return parse(text)
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
}

const readLeaf = (reading: Reading, leaf: OptionLeaf, name: string, text: string): void => {
  const origin = { kind: 'environment', name } as const
  try {
    reading.assignments.push({ path: leaf.path, value: valueOf(leaf, text), origin })
  } catch {
    reading.problems.push({ origin, message: 'the value cannot be read' })
  }
}

const readSecret = (reading: Reading, leaf: OptionLeaf, name: string, text: string): void => {
  const rest = name.slice(environmentName(leaf.path).length + 2)
  const origin = { kind: 'environment', name } as const
  const fromFile = rest.endsWith('_FILE')
  const id = secretId(fromFile ? rest.slice(0, -'_FILE'.length) : rest)
  const path = [...leaf.path, id]
  if (!fromFile) return void reading.assignments.push({ path, value: text, origin })
  try {
    const value = reading.readText(text).replace(/\r?\n$/, '')
    reading.assignments.push({ path, value, origin })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    reading.problems.push({ origin, message: `the file it names cannot be read (${code})` })
  }
}

/** The prefix is left out: it would make any two names look alike. Single underscores may stand for double ones. */
const meantBy = (name: string): string | undefined => {
  const rest = (each: string): string => each.slice(prefix.length).replaceAll('__', '_')
  const byRest = new Map([...leafByName.keys()].map((each) => [rest(each), each]))
  return byRest.get(nearest(rest(name), byRest.keys()) ?? '')
}

const readVariable = (reading: Reading, name: string, text: string): void => {
  const leaf = leafByName.get(name)
  if (leaf) return readLeaf(reading, leaf, name, text)
  const secret = secretLeaves.find(({ path }) => name.startsWith(`${environmentName(path)}__`))
  if (secret) return readSecret(reading, secret, name, text)
  const meant = meantBy(name)
  const hint = meant ? `did you mean ${meant}?` : '"config print --docs" lists the variables'
  const message = `unknown option; ${hint}`
  reading.problems.push({ origin: { kind: 'environment', name }, message })
}

/** Reads every variable that begins with `ARCHIVE_STREAMS_`. Empty ones count as not set. */
export const readEnvironmentLayer = (
  environment: Readonly<Record<string, string | undefined>>,
  readText: (path: string) => string,
): Layer => {
  const reading: Reading = { readText, assignments: [], problems: [] }
  for (const [name, text] of Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!name.startsWith(prefix) || name.startsWith(testPrefix)) continue
    if (reserved.has(name) || !text) continue
    readVariable(reading, name, text)
  }
  return reading
}
