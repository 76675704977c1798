import type { ModelCard } from '../models/model-card.ts'

/** What a model costs, in units of the currency. */
export interface Price {
  readonly perGpuSecond: number
  readonly per1000TokensIn: number
  readonly per1000TokensOut: number
}

/** The price of one model. */
export interface ModelPrice extends Price {
  /** `name`, or `name@version`, which goes before. */
  readonly model: string
}

export const FREE: Price = { perGpuSecond: 0, per1000TokensIn: 0, per1000TokensOut: 0 }

/** What a model costs by a list of prices; nothing where it is not in it. */
export const priceOf = (
  prices: readonly ModelPrice[] | undefined,
  { name, version }: Pick<ModelCard, 'name' | 'version'>,
): Price =>
  prices?.find(({ model }) => model === `${name}@${version}`) ??
  prices?.find(({ model }) => model === name) ??
  FREE
