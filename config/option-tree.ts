import { z } from 'zod'
import { factsOf, type OptionFacts } from './option.ts'
import { configSchema } from './schema.ts'

/**
 * The schema seen as a tree of names, as files, environment and `config print` need it:
 * - `section`: has members;
 * - `secrets`: names of the user's choice, each a secret;
 * - `leaf`: a value, lists included.
 */
export type OptionNode =
  | { readonly kind: 'section'; readonly members: ReadonlyMap<string, OptionNode> }
  | { readonly kind: 'secrets'; readonly facts: OptionFacts }
  | {
      readonly kind: 'leaf'
      readonly facts: OptionFacts
      readonly text: boolean
      readonly list: boolean
    }

export interface OptionLeaf {
  readonly path: readonly string[]
  readonly node: Exclude<OptionNode, { kind: 'section' }>
}

/** The schema inside `default`, `prefault` and `optional`. */
const bare = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodDefault ||
  schema instanceof z.ZodPrefault ||
  schema instanceof z.ZodOptional
    ? bare(schema.def.innerType)
    : schema

const nodeOf = (schema: z.core.$ZodType): OptionNode => {
  const inner = bare(schema)
  if (inner instanceof z.ZodObject) {
    const members = Object.entries(inner.def.shape as Record<string, z.core.$ZodType>)
    return { kind: 'section', members: new Map(members.map(([name, s]) => [name, nodeOf(s)])) }
  }
  const facts = factsOf(schema)
  if (!facts) throw new Error('every option of config/schema.ts is made by option() or optional()')
  if (inner instanceof z.ZodRecord) return { kind: 'secrets', facts }
  const text = inner instanceof z.ZodString || inner instanceof z.ZodEnum
  const literal = inner instanceof z.ZodLiteral
  return { kind: 'leaf', facts, text: text || literal, list: inner instanceof z.ZodArray }
}

const leavesOf = (node: OptionNode, path: readonly string[]): readonly OptionLeaf[] =>
  node.kind === 'section'
    ? [...node.members].flatMap(([name, member]) => leavesOf(member, [...path, name]))
    : [{ path, node }]

export const optionTree = nodeOf(configSchema) as Extract<OptionNode, { kind: 'section' }>

/** Every option in the order of the schema. */
export const optionLeaves: readonly OptionLeaf[] = leavesOf(optionTree, [])
