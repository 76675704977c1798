import { IS_LETTER, IS_NUMBER, IS_SPACE, textClasses } from '../text-classes.ts'

/** End of a match that begins at `at`, or -1. Never longer than the text, never empty. */
export type Matcher = (points: Int32Array, at: number, end: number) => number

/** One class of characters, so many times: the regular expressions that tokenizer files use beside the long ones. */
interface SimplePattern {
  readonly has: (point: number) => boolean
  readonly least: number
  readonly most: number
}

export function literalMatcher(literal: string): Matcher {
  const wanted = Array.from(literal, (character) => character.codePointAt(0)!)
  return (points, at, end) => {
    if (at + wanted.length > end) return -1
    for (let i = 0; i < wanted.length; i++) if (points[at + i] !== wanted[i]) return -1
    return at + wanted.length
  }
}

/** Undefined when the regular expression is more than one class of characters with a count. */
export function simpleMatcher(source: string): Matcher | undefined {
  const pattern = parsePattern(source)
  if (pattern === undefined) return undefined
  return (points, at, end) => {
    let i = at
    while (i < end && i - at < pattern.most && pattern.has(points[i]!)) i++
    return i - at >= pattern.least ? i : -1
  }
}

const COUNT = /^(?:|\+|\{(\d+)\}|\{(\d+),(\d*)\})$/

function parsePattern(source: string): SimplePattern | undefined {
  const inner = /^\((?!\?)([^()]*)\)$/.exec(source)?.[1] ?? source
  const [, atom, count] =
    /^(\[(?:\\.|[^\\\]])*\]|\\p\{\w+\}|\\.|[^\\[\](){}.*+?^$|])(.*)$/su.exec(inner) ?? []
  if (atom === undefined || count === undefined) return undefined
  const [, exactly, least, most] = COUNT.exec(count) ?? [null]
  if (!COUNT.test(count)) return undefined
  const has = atom.startsWith('[') ? bracketSet(atom.slice(1, -1)) : atomSet(atom)
  if (has === undefined) return undefined
  const from = exactly ?? least
  const to = exactly ?? most
  const unlimited = count === '+' || to === ''
  if (from === '0') return undefined
  return { has, least: Number(from ?? 1), most: unlimited ? Infinity : Number(to ?? 1) }
}

type Has = (point: number) => boolean

function atomSet(atom: string): Has | undefined {
  const classes = textClasses()
  const bit = { '\\s': IS_SPACE, '\\p{L}': IS_LETTER, '\\p{N}': IS_NUMBER }[atom]
  if (bit !== undefined) return (point) => (classes[point]! & bit) !== 0
  const literal = literalOf(atom)
  return literal === undefined ? undefined : (point) => point === literal
}

const ESCAPES: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09 }

function literalOf(atom: string): number | undefined {
  if (!atom.startsWith('\\')) return atom.codePointAt(0)
  const escaped = atom.slice(1)
  return /^\w/.test(escaped) ? ESCAPES[escaped] : escaped.codePointAt(0)
}

const MEMBER = /\\p\{\w+\}|\\.|[^\\[\]&]/gsu

/** Literals, ranges and the classes above; nested sets and intersections are left to nobody. */
function bracketSet(inside: string): Has | undefined {
  const negated = inside.startsWith('^')
  const body = negated ? inside.slice(1) : inside
  const atoms = body.match(MEMBER) ?? []
  if (atoms.join('') !== body || atoms.length === 0) return undefined
  const members: Has[] = []
  for (let i = 0; i < atoms.length; i++) {
    const [low, high] = [literalOf(atoms[i]!), literalOf(atoms[i + 2] ?? '')]
    if (atoms[i + 1] === '-' && low !== undefined && high !== undefined) {
      members.push((point) => point >= low && point <= high)
      i += 2
      continue
    }
    const member = atomSet(atoms[i]!)
    if (member === undefined) return undefined
    members.push(member)
  }
  return (point) => members.some((has) => has(point)) !== negated
}
