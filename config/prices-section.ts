import { z } from 'zod'
import { option, section } from './option.ts'

/** Costs are counted in whole billionths: a price that is more than anything costs would leave the numbers that are exact. */
const MOST = 1_000_000
const amount = z.number().min(0).max(MOST).default(0)

const modelPrice = z.strictObject({
  model: z.string().min(1),
  perGpuSecond: amount,
  per1000TokensIn: amount,
  per1000TokensOut: amount,
})

/** What models cost. Prices change no result. */
export const pricesSection = section({
  currency: option(
    z.string().regex(/^[A-Z]{3}$/, 'expected three capital letters, as EUR'),
    'USD',
    'What prices are in. Only shown.',
  ),
  models: option(
    z.array(modelPrice).superRefine((prices, context) => {
      const names = prices.map(({ model }) => model)
      for (const name of new Set(names.filter((each, at) => names.indexOf(each) < at)))
        context.addIssue({ code: 'custom', message: `has more than one price for "${name}"` })
    }),
    [],
    'Prices of models: model (name, or name@version as models ls shows it), and any of perGpuSecond, per1000TokensIn, per1000TokensOut, each at most 1,000,000. A model without one costs nothing.',
  ),
})
