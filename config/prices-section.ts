import { z } from 'zod'
import { option, section } from './option.ts'

const amount = z.number().min(0).default(0)

/** What models cost. Prices change no result. */
export const pricesSection = section({
  currency: option(
    z.string().regex(/^[A-Z]{3}$/, 'expected three capital letters, as EUR'),
    'USD',
    'What prices are in. Only shown.',
  ),
  models: option(
    z.array(
      z.strictObject({
        model: z.string().min(1),
        perGpuSecond: amount,
        per1000TokensIn: amount,
        per1000TokensOut: amount,
      }),
    ),
    [],
    'Prices of models: model (name, or name@version as models ls shows it), and any of perGpuSecond, per1000TokensIn, per1000TokensOut. A model without one costs nothing.',
  ),
})
