import metadata from 'libphonenumber-js/metadata.max'

type Format = readonly [string, string, (readonly string[])?, (string | 0)?]
type NumberType = readonly [string, (readonly number[])?]

// Positions in libphonenumber-js's metadata arrays (version 4): its source/metadata.js gives each a name.
const GENERAL = 2
const LENGTHS = 3
const FORMATS = 4
const NATIONAL_PREFIX = 5
const PREFIX_FOR_PARSING = 7
const TRANSFORM = 8
const TYPES = 11

/** Digits before a national number: trunk prefix and carrier selection. */
const MAX_PREFIX = 6
/** Area code digits that a transform rule may add to a local number. */
const MAX_IMPLIED = 4

/** Compiled when first asked: a document seldom has numbers of more than a few regions. */
const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`)

/** The numbering plan of one region, from libphonenumber's metadata. */
export class NumberingPlan {
  readonly callingCode: string
  readonly region: string
  readonly #lengths: ReadonlySet<number>
  readonly #shortest: number
  readonly #longest: number
  readonly #general: () => RegExp
  readonly #types: () => readonly (readonly [RegExp, readonly number[] | undefined])[]
  readonly #prefix: () => RegExp | undefined
  readonly #transform: string
  readonly nationalPrefix: string
  readonly #formats: () => readonly {
    readonly shape: RegExp
    readonly leading: RegExp | undefined
  }[]

  constructor(region: string, raw: readonly unknown[], main: readonly unknown[]) {
    this.region = region
    this.callingCode = raw[0] as string
    this.#lengths = new Set(raw[LENGTHS] as readonly number[])
    this.#shortest = Math.min(...this.#lengths) - MAX_IMPLIED
    this.#longest = Math.max(...this.#lengths)
    this.#general = lazily(() => whole(raw[GENERAL] as string))
    this.#types = lazily(() => {
      const types = ((raw[TYPES] ?? []) as readonly (NumberType | 0)[]).filter(
        (type): type is NumberType => type !== 0 && Boolean(type?.[0]),
      )
      return types.map(([pattern, lengths]) => [whole(pattern), lengths] as const)
    })
    const parsing = raw[PREFIX_FOR_PARSING] || raw[NATIONAL_PREFIX]
    this.#prefix = lazily(() => (parsing ? new RegExp(`^(?:${parsing as string})`) : undefined))
    this.#transform = (raw[TRANSFORM] || '') as string
    this.nationalPrefix = (raw[NATIONAL_PREFIX] || '') as string
    const formats = (raw[FORMATS] || main[FORMATS] || []) as readonly Format[]
    this.#formats = lazily(() =>
      formats.map(([pattern, , leading]) => ({
        shape: whole(pattern),
        leading: leading?.length ? new RegExp(`^(?:${leading[leading.length - 1]})`) : undefined,
      })),
    )
  }

  /** Some number of the plan could have this many digits, its trunk prefix and carrier code included. */
  near(digits: number): boolean {
    return digits >= this.#shortest && digits <= this.#longest + MAX_PREFIX
  }

  possible(national: string): boolean {
    return this.#lengths.has(national.length)
  }

  valid(national: string): boolean {
    if (!this.#lengths.has(national.length) || !this.#general().test(national)) return false
    return this.#types().some(
      ([pattern, lengths]) =>
        (!lengths || lengths.includes(national.length)) && pattern.test(national),
    )
  }

  /** The national (significant) number of digits as dialled inside the region: without the trunk prefix. */
  significant(digits: string): string {
    const prefix = this.#prefix()
    const match = prefix?.exec(digits)
    if (!prefix || !match) return digits
    const last = match.length - 1
    const stripped =
      this.#transform && last > 0 && match[last] !== undefined
        ? digits.replace(prefix, this.#transform)
        : digits.slice(match[0].length)
    return this.#general().test(digits) && !this.#general().test(stripped) ? digits : stripped
  }

  /** Lengths of the digit groups in which a valid national number is written. */
  groups(national: string): readonly number[] | undefined {
    for (const { shape, leading } of this.#formats()) {
      if (leading && !leading.test(national)) continue
      const match = shape.exec(national)
      if (match) return match.slice(1).map((group) => group?.length ?? 0)
    }
    return undefined
  }
}

const raw = metadata as unknown as {
  readonly country_calling_codes: Readonly<Record<string, readonly string[]>>
  readonly countries: Readonly<Record<string, readonly unknown[]>>
  readonly nonGeographic: Readonly<Record<string, readonly unknown[]>>
}

const mainOf = (callingCode: string) =>
  raw.countries[raw.country_calling_codes[callingCode]?.[0] ?? ''] ?? []

/** All regions, by ISO 3166 code. */
export const PLANS: ReadonlyMap<string, NumberingPlan> = new Map(
  Object.entries(raw.countries).map(([region, entry]) => [
    region,
    new NumberingPlan(region, entry, mainOf(entry[0] as string)),
  ]),
)

/** Plans by country calling code; the non-geographic ones (satellite, freephone) included. */
export const BY_CALLING_CODE: ReadonlyMap<string, readonly NumberingPlan[]> = new Map<
  string,
  readonly NumberingPlan[]
>([
  ...Object.entries(raw.country_calling_codes).map(
    ([code, regions]) => [code, regions.map((region) => PLANS.get(region)!)] as const,
  ),
  ...Object.entries(raw.nonGeographic).map(
    ([code, entry]) => [code, [new NumberingPlan('001', entry, [])]] as const,
  ),
])
