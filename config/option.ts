import { z } from 'zod'

/** What is known of an option besides its type. */
export interface OptionFacts {
  /** Meaning and unit, for `config print` and for whoever reads a profile. */
  readonly doc: string
  /** True when it may come from the environment or a `*_FILE` only, and is masked wherever it is shown. */
  readonly secret?: boolean
}

/** Options with their facts. Kept beside zod's own registry so that the facts stay typed. */
const facts = z.registry<OptionFacts>()

export const factsOf = (schema: z.core.$ZodType): OptionFacts | undefined => facts.get(schema)

/** An option with a default. */
export const option = <S extends z.ZodType>(schema: S, value: z.input<S>, doc: string) => {
  const made = schema.default(value as z.core.util.NoUndefined<z.output<S>>)
  facts.add(made, { doc })
  return made
}

/** An option that may be left out; `doc` says what holds then. */
export const optional = <S extends z.ZodType>(schema: S, doc: string) => {
  const made = schema.optional()
  facts.add(made, { doc })
  return made
}

/** Secrets by name, from the environment only. */
export const secrets = (doc: string) => {
  const made = z.record(z.string(), z.string().min(1)).default({})
  facts.add(made, { doc, secret: true })
  return made
}

/** A group of options; every one of them may be left out. */
export const section = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.strictObject(shape).prefault({} as never)

/** A whole number of at least 1. */
export const positive = z.int().min(1)
/** A whole number of at least 0. */
export const natural = z.int().min(0)
