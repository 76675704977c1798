import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { crossChecks, type CrossProblem } from './cross-checks.ts'
import { readEnvironmentLayer } from './environment-layer.ts'
import { fileProblems } from './file-references.ts'
import { readFileLayer } from './file-layer.ts'
import { readFlagLayer, type FlagValue } from './flag-layer.ts'
import {
  problemText,
  type Assignment,
  type ConfigProblem,
  type Layer,
  type Origin,
} from './layer.ts'
import { modelFitProblems } from './model-fit.ts'
import { meantHint } from '../topology/model/nearest.ts'
import {
  referenceProblems,
  type NamingSections,
  type ReadText,
  type ReferenceProblem,
} from './references.ts'
import { builtInProfiles, profileFile } from './profile-file.ts'
import { configSchema, type Config } from './schema.ts'

export interface ConfigInput {
  /** Name of a built-in profile, or the path of a YAML file. */
  readonly profile: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly flags: readonly FlagValue[]
  /** Reads profile, policy and `*_FILE` files; throws where it cannot. The file system, when left out. */
  readonly readText?: ReadText
  /** Looks also into what is named: policy, models, tokenizer. */
  readonly references?: boolean
}

/** Where values come from, by option (`runtime.pollWaitMs`). Options at their default are absent. */
export type Origins = ReadonlyMap<string, Origin>

export type ConfigLoad =
  | { readonly kind: 'loaded'; readonly config: Config; readonly origins: Origins }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] }

const nothing: Layer = { assignments: [], problems: [] }

const failed = (file: string, message: string): Layer => ({
  ...nothing,
  problems: [{ origin: { kind: 'file', file, line: 1, column: 1 }, message }],
})

const profileLayer = (profile: string, readText: ReadText): Layer => {
  const file = profileFile(profile)
  if (file === undefined) {
    const hint = meantHint(profile, builtInProfiles)
    return failed(profile, `no such profile${hint}; built in: ${builtInProfiles.join(', ')}`)
  }
  try {
    return readFileLayer(
      builtInProfiles.includes(profile) ? basename(file) : profile,
      readText(file),
    )
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    return failed(profile, `the profile cannot be read (${code})`)
  }
}

/** Own properties only: a key such as `__proto__` becomes a plain key. */
const put = (tree: Record<string, unknown>, path: readonly string[], value: unknown): void => {
  const [name, ...rest] = path
  if (name === undefined) return
  if (rest.length === 0) return void Object.defineProperty(tree, name, { value, ...plain })
  if (!Object.hasOwn(tree, name)) Object.defineProperty(tree, name, { value: {}, ...plain })
  put(tree[name] as Record<string, unknown>, rest, value)
}

const plain = { enumerable: true, configurable: true, writable: true }

/** The origin of the longest part of `path` that was set; the default when none was. */
const originOf = (origins: Origins, path: readonly PropertyKey[]): Origin => {
  for (let length = path.length; length > 0; length--) {
    const origin = origins.get(path.slice(0, length).join('.'))
    if (origin) return origin
  }
  return { kind: 'default' }
}

/** What the sections that are right lack, beside others that are wrong: those count as left out, and are not spoken of twice. */
const checksBeside = (
  values: Readonly<Record<string, unknown>>,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): readonly CrossProblem[] => {
  const wrong = new Set(issues.map(({ path }) => String(path[0])))
  const right = Object.fromEntries(Object.entries(values).filter(([name]) => !wrong.has(name)))
  const result = configSchema.safeParse(right)
  if (!result.success) return []
  return crossChecks(result.data).filter(({ path }) => !wrong.has(path[0]!))
}

const merge = (assignments: readonly Assignment[]) => {
  const values: Record<string, unknown> = {}
  const origins = new Map<string, Origin>()
  const inside = new Map<string, ReadonlyMap<string, Origin>>()
  for (const assignment of assignments) {
    const name = assignment.path.join('.')
    put(values, assignment.path, assignment.value)
    origins.set(name, assignment.origin)
    inside.set(name, assignment.inside ?? new Map())
  }
  const places = new Map([...origins, ...[...inside.values()].flatMap((parts) => [...parts])])
  return { values, origins, places }
}

const problemAt = (
  found: Omit<ReferenceProblem, 'path'> & { readonly path: readonly PropertyKey[] },
  places: Origins,
): ConfigProblem => {
  const { path, message, origin } = found
  if (origin) return { origin, message }
  const name = path.map(String).join('.')
  const place = originOf(places, path)
  // `--set triton.endpoints` has said the name already.
  const said = place.kind === 'flag' && place.flag.endsWith(` ${name}`)
  return { origin: place, message: said ? message : `${name}: ${message}` }
}

/** What is named is looked into even where other sections are wrong. */
const rightSections = (values: Record<string, unknown>): Partial<NamingSections> => {
  const { redact, models, prices, tokenise } = configSchema.shape
  const [r, m, p, t] = [
    redact.safeParse(values['redact']),
    models.safeParse(values['models']),
    prices.safeParse(values['prices']),
    tokenise.safeParse(values['tokenise']),
  ]
  return {
    ...(r.success && { redact: r.data }),
    ...(m.success && { models: m.data }),
    ...(p.success && { prices: p.data }),
    ...(t.success && { tokenise: t.data }),
  }
}

/**
 * The configuration: defaults < profile < environment < flags. Either all of it is right, or every problem comes back
 * at once, each with its place.
 */
export const loadConfig = (input: ConfigInput): ConfigLoad => {
  const readText = input.readText ?? ((path) => readFileSync(path, 'utf8'))
  const layers = [
    profileLayer(input.profile, readText),
    readEnvironmentLayer(input.environment, readText),
    readFlagLayer(input.flags),
  ]
  const { values, origins, places } = merge(layers.flatMap((layer) => layer.assignments))
  const result = configSchema.safeParse(values)
  const found = result.success
    ? crossChecks(result.data)
    : [...result.error.issues, ...checksBeside(values, result.error.issues)]
  const named = input.references
    ? [...referenceProblems(rightSections(values), readText), ...fileProblems(values, readText)]
    : []
  const unfit = input.references && result.success ? modelFitProblems(result.data) : []
  const problems = [
    ...layers.flatMap((layer) => layer.problems),
    ...found.map(({ path, message }) => problemAt({ path, message }, places)),
    ...[...named, ...unfit].map((each) => problemAt(each, places)),
  ]
  if (!result.success || problems.length > 0) return { kind: 'invalid', problems }
  return { kind: 'loaded', config: result.data, origins }
}

/** Every problem on a line of its own, for people. */
export const problemLines = (problems: readonly ConfigProblem[]): readonly string[] =>
  problems.map(problemText)
