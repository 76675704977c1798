import { effectiveValues } from '../../config/effective-values.ts'
import type { LoadedConfig } from '../load-config.ts'
import { exitCodes } from '../exit-codes.ts'
import { table, toJson, type Output } from '../output.ts'

/** Every option with its value and where that came from; with `docs`, also what it means and the variable that sets it. */
export const configPrint = (loaded: LoadedConfig, output: Output, docs: boolean): number => {
  const values = effectiveValues(loaded)
  output.value({ options: values })
  if (docs) {
    for (const { option, value, origin, doc, variable } of values) {
      output.line(`${option}: ${toJson(value)}`)
      output.line(`  ${doc}`)
      output.line(`  from ${origin}; set by ${variable}`)
    }
    return exitCodes.ok
  }
  const rows = values.map(({ option, value, origin }) => [option, toJson(value), origin])
  for (const line of table(['option', 'value', 'from'], rows)) output.line(line)
  return exitCodes.ok
}
