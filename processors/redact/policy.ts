import { createHash } from 'node:crypto'
import { RE2JS } from 're2js'
import { type TermIndex, termIndex } from './term-index.ts'
import { regionsOf } from './phone-regions.ts'
import { nationalIdWords } from './recognisers/national-ids.ts'
import { type Context, contextWords } from './context.ts'
import {
  DEFAULT_MIN_SCORE,
  type EntityOptions,
  type Operator,
  OFF_BY_DEFAULT,
  type PolicyFile,
  knownTypes,
} from './options.ts'
import { readPolicyShape } from './policy-shape.ts'
import { meantHint } from '../../topology/model/nearest.ts'

/** Secret keys by id, as bytes. */
export type Keys = ReadonlyMap<string, Uint8Array>

/** What a policy says about one type, with every default filled in. */
export interface EntityRule {
  readonly enabled: boolean
  readonly minScore: number
  readonly operator: Operator
  readonly maskCharacter: string
  readonly keepLast: number
  readonly maxDays: number
  readonly keyId: string | undefined
}

export interface CustomRecogniser {
  readonly recogniser: string
  readonly type: string
  readonly score: number
  readonly pattern: RE2JS
}

/** A policy that was checked and is ready to use. Made by {@link readPolicy} only. */
export interface Policy {
  readonly file: PolicyFile
  /** `name@version+` and the first 12 hex digits of the SHA-256 of the policy's canonical JSON. */
  readonly policyVersion: string
  readonly rule: (type: string) => EntityRule
  /** Least score that is taken for a type; above 100 when the type is off. */
  readonly threshold: (type: string) => number
  readonly regions: readonly string[]
  readonly allow: ReadonlySet<string>
  readonly deny: TermIndex | undefined
  readonly custom: readonly CustomRecogniser[]
  readonly context: Context
  readonly budget: { readonly characters: number; readonly findings: number }
}

/** What is wrong with a policy and where: `entities`, `PHONE_NUMBER`, `minScore`. */
export interface PolicyIssue {
  readonly at: readonly (string | number)[]
  readonly message: string
}

/** `entities.PHONE_NUMBER.minScore: ` and what is wrong with it. */
export const policyIssueText = ({ at, message }: PolicyIssue): string =>
  at.length > 0 ? `${at.map(nameText).join('.')}: ${message}` : message

/** What is no name of an option or a type may be a value that slipped into the wrong place. */
const nameText = (name: string | number): string =>
  /^[\w-]{1,48}$/.test(`${name}`) ? `${name}` : '…'

export type PolicyReading =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly issues: readonly PolicyIssue[] }

const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}

const versionOf = (file: PolicyFile): string => {
  const what = { ...file, tests: undefined }
  const hash = createHash('sha256').update(canonicalJson(what)).digest('hex').slice(0, 12)
  return `${file.name}@${file.version}+${hash}`
}

/** Threads are only of use when they can be told apart: hashed as soon as there is a key. */
const defaultOperator = (file: PolicyFile, type: string): Operator =>
  type === 'THREAD_ID' && file.keyId !== undefined ? 'hash' : file.defaultOperator

const ruleOf = (
  file: PolicyFile,
  type: string,
  options: EntityOptions | undefined,
): EntityRule => ({
  enabled: options?.enabled ?? (options !== undefined || !OFF_BY_DEFAULT.has(type)),
  minScore: options?.minScore ?? DEFAULT_MIN_SCORE,
  operator: options?.operator ?? defaultOperator(file, type),
  maskCharacter: options?.params?.character ?? '*',
  keepLast: options?.params?.keepLast ?? 4,
  maxDays: options?.params?.maxDays ?? 365,
  keyId: options?.params?.keyId ?? file.keyId,
})

/** Operators that write with a key. */
export const NEEDS_KEY: ReadonlySet<Operator> = new Set([
  'hash',
  'pseudonymise',
  'encrypt',
  'fpe',
  'date-shift',
])

/** These write the id of their key, so that it can be found again. */
const READABLE: ReadonlySet<Operator> = new Set(['encrypt', 'fpe', 'date-shift'])

const checkTypes = (file: PolicyFile): readonly PolicyIssue[] => {
  const known = knownTypes(file)
  const unknown = Object.keys(file.entities).filter((type) => !known.has(type))
  return unknown.map((type) => ({
    at: ['entities', type],
    message: `no recogniser finds the type "${type}"${meantHint(type, known)}`,
  }))
}

/** Where the key of a type is named, or should be: where its operator was chosen. */
const placeOfKey = (file: PolicyFile, type: string): readonly string[] => {
  const entity = file.entities[type]
  if (entity?.params?.keyId !== undefined) return ['entities', type, 'params', 'keyId']
  if (file.keyId !== undefined) return ['keyId']
  return entity?.operator === undefined ? ['defaultOperator'] : ['entities', type, 'operator']
}

const keyProblem = ({ operator, keyId }: EntityRule, keys: Keys): string | undefined => {
  if (keyId === undefined) return `${operator} needs a key: name it in "keyId"`
  const key = keys.get(keyId)
  const id = JSON.stringify(keyId)
  if (!key) return `no key ${id} in the environment${meantHint(keyId, keys.keys())}`
  if (READABLE.has(operator) && !/^[a-z0-9-]{1,64}$/.test(keyId))
    return `${operator} writes the id of its key: small letters, digits and hyphens only`
  return key.length < 16 ? `the key ${id} is shorter than 16 bytes` : undefined
}

/** A key that many types use is missing once. */
const checkKeys = (file: PolicyFile, keys: Keys): readonly PolicyIssue[] => {
  const issues = new Map<string, PolicyIssue>()
  for (const type of knownTypes(file)) {
    const rule = ruleOf(file, type, file.entities[type])
    if (!rule.enabled || !NEEDS_KEY.has(rule.operator)) continue
    const message = keyProblem(rule, keys)
    const at = placeOfKey(file, type)
    if (message !== undefined) issues.set(at.join('.'), { at, message })
  }
  return [...issues.values()]
}

const compileCustom = (file: PolicyFile, issues: PolicyIssue[]): CustomRecogniser[] =>
  file.custom.flatMap(({ name, type, pattern, score, caseInsensitive }, at) => {
    try {
      const compiled = RE2JS.compile(pattern, caseInsensitive ? RE2JS.CASE_INSENSITIVE : 0)
      if (!compiled.matches(''))
        return [{ recogniser: `custom/${name}`, type, score, pattern: compiled }]
      issues.push({ at: ['custom', at, 'pattern'], message: 'matches the empty text' })
    } catch {
      issues.push({ at: ['custom', at, 'pattern'], message: 'not a pattern in RE2 syntax' })
    }
    return []
  })

const denyIndex = (file: PolicyFile): TermIndex | undefined => {
  const terms = Object.entries(file.deny).flatMap(([type, values]) =>
    values.map((value) => ({ value, type, recogniser: 'deny-list', score: 100 })),
  )
  return terms.length === 0 ? undefined : termIndex(terms)
}

const thresholdOf = ({ enabled, minScore }: EntityRule): number => (enabled ? minScore : 101)

const compile = (file: PolicyFile, custom: readonly CustomRecogniser[]): Policy => {
  const rules = new Map(
    [...knownTypes(file)].map((type) => [type, ruleOf(file, type, file.entities[type])]),
  )
  const unknown = ruleOf(file, '', undefined)
  const thresholds = new Map([...rules].map(([type, rule]) => [type, thresholdOf(rule)]))
  const other = thresholdOf(unknown)
  return {
    file,
    policyVersion: versionOf(file),
    rule: (type) => rules.get(type) ?? unknown,
    threshold: (type) => thresholds.get(type) ?? other,
    regions: file.entities['PHONE_NUMBER']?.regions ?? regionsOf(file.locales),
    allow: new Set(file.allow.map((value) => value.normalize('NFC').toLowerCase())),
    deny: denyIndex(file),
    custom,
    context: contextWords(
      Object.entries(file.entities).map(([type, { context }]) => [type, context ?? []] as const),
      nationalIdWords,
    ),
    budget: file.budget,
  }
}

/**
 * Checks a policy and makes it ready. All that is wrong is reported at once; an unknown key, type or operator, a pattern
 * that is not RE2 and a key that is missing are all refusals.
 */
export const readPolicy = (value: unknown, keys: Keys = new Map()): PolicyReading => {
  const { issues: formal, file } = readPolicyShape(value)
  if (!file) return { ok: false, issues: formal }
  const issues = [...formal, ...checkTypes(file), ...checkKeys(file, keys)]
  const custom = compileCustom(file, issues)
  return issues.length > 0 ? { ok: false, issues } : { ok: true, policy: compile(file, custom) }
}
