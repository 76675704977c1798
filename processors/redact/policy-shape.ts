import { meantHint } from '../../topology/model/nearest.ts'
import { policySchema, type PolicyFile } from './options.ts'
import type { PolicyIssue } from './policy.ts'

/** What is wrong with the shape of a policy, and what is left of it to look for more that is wrong. */
export interface PolicyShape {
  readonly issues: readonly PolicyIssue[]
  /** The policy without the members that are wrong; undefined when nothing can be made of it. */
  readonly file: PolicyFile | undefined
}

/** Checks names and kinds of everything in a policy. A member that is wrong hides nothing else that is. */
export const readPolicyShape = (value: unknown): PolicyShape => {
  const parsed = policySchema.safeParse(value)
  if (parsed.success) return { issues: [], file: parsed.data }
  const faults = parsed.error.issues as readonly Fault[]
  const issues = faults.flatMap((fault) => issuesOf(fault, value))
  const rest = policySchema.safeParse(withoutFaults(value, faults))
  return { issues, file: rest.success ? rest.data : undefined }
}

type Path = readonly (string | number)[]

/** As much of an issue of zod as is used here. */
interface Fault {
  readonly code: string
  readonly path: Path
  readonly message: string
  readonly keys?: readonly string[]
  readonly values?: readonly unknown[]
  readonly issues?: readonly { readonly message: string }[]
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((each, name) => (each as Record<string, unknown> | undefined)?.[name], value)

const issuesOf = (fault: Fault, value: unknown): readonly PolicyIssue[] => {
  const { code, path, message } = fault
  if (code === 'unrecognized_keys')
    return (fault.keys ?? []).map((key) => ({
      at: [...path, key],
      message: `unknown option${meantHint(key, optionsAt(path))}`,
    }))
  if (code === 'invalid_key')
    return [{ at: path, message: (fault.issues ?? []).map((each) => each.message).join('; ') }]
  const given = at(value, path)
  if (code === 'invalid_value' && typeof given === 'string') {
    const known = (fault.values ?? []).map(String)
    const hint = meantHint(given, known)
    return [{ at: path, message: `unknown value "${given}"${hint}; there are ${known.join(', ')}` }]
  }
  if (given === undefined && path.length > 0) return [{ at: path, message: 'is missing' }]
  return [{ at: path, message }]
}

/** The options that could stand at a place; none where anything may. */
const optionsAt = (path: Path): readonly string[] => {
  const [top] = path
  const { shape } = policySchema
  if (top === undefined) return Object.keys(shape)
  if (top === 'budget') return Object.keys(shape.budget.unwrap().shape)
  if (top === 'custom') return Object.keys(shape.custom.unwrap().element.shape)
  if (top === 'tests') return Object.keys(shape.tests.unwrap().element.shape)
  const entity = shape.entities.unwrap().valueType.shape
  return Object.keys(path.at(-1) === 'params' ? entity.params.unwrap().shape : entity)
}

/** What a policy, and a recogniser of it, must have; stands in for what is wrong. */
const leastPolicy = { version: 1, name: 'x' }
const leastTest = { text: '', becomes: '' }
const leastRecogniser = { name: 'x', type: 'CUSTOM', pattern: 'x' }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const withoutFaults = (value: unknown, faults: readonly Fault[]): unknown => {
  if (!isObject(value)) return undefined
  const copy = structuredClone(value)
  for (const { path, keys } of faults)
    for (const each of keys ? keys.map((key) => [...path, key]) : [path]) remove(copy, each)
  const { custom } = copy
  if (Array.isArray(custom))
    copy['custom'] = custom.map((each: object) => ({ ...leastRecogniser, ...each }))
  const { tests } = copy
  if (Array.isArray(tests)) copy['tests'] = tests.map((each: object) => ({ ...leastTest, ...each }))
  return { ...leastPolicy, ...copy }
}

/** Lists of words are emptied, so that the places of the others stay right. */
const remove = (tree: unknown, path: Path): void => {
  const last = path.at(-1)
  const parent = at(tree, path.slice(0, -1))
  if (last === undefined) return
  if (isObject(parent)) delete parent[last]
  else if (
    Array.isArray(parent) &&
    (path[0] === 'custom' || path[0] === 'tests') &&
    path.length === 2
  )
    parent[Number(last)] = {}
  else if (Array.isArray(parent)) parent.length = 0
}
