import fc from 'fast-check'
import { apply, detect } from '../../../../processors/redact/redact.ts'
import { POLICIES, SECRETS, denseText, someText } from '../random-texts.ts'

const policies = Object.entries(POLICIES)
const BATCH = 1000

/** The text of a run: always the same for the same number. `dense`: a few values, run together. */
export const textOf = (run: number, dense: boolean): string =>
  batch(Math.floor(run / BATCH), dense)[run % BATCH]!

let made:
  { readonly seed: number; readonly dense: boolean; readonly texts: readonly string[] } | undefined
const batch = (seed: number, dense: boolean): readonly string[] => {
  if (made?.seed !== seed || made.dense !== dense) {
    const texts = fc.sample(dense ? denseText : someText, { seed, numRuns: BATCH })
    made = { seed, dense, texts }
  }
  return made.texts
}

/** Redacts the text of a run, twice, by one of the policies. Says what is wrong, and how many findings there were. */
export const tryText = (
  run: number,
  budgetMs: number,
  dense: boolean,
): { readonly findings: number; readonly problem?: string } => {
  const text = textOf(run, dense)
  const [name, policy] = policies[run % policies.length]!
  const began = process.cpuUsage()
  const found = detect(text, policy)
  const findings = found.length
  let reach = 0
  for (const { start, end } of found) {
    if (start < reach || end <= start || end > text.length)
      return { findings, problem: `${name}: findings overlap or lie outside` }
    reach = end
  }
  const once = apply(text, found, policy, SECRETS).text
  const twice = apply(once, detect(once, policy), policy, SECRETS).text
  if (twice !== once) return { findings, problem: `${name}: a second time changes more` }
  const { user, system } = process.cpuUsage(began)
  const took = (user + system) / 1000
  return took > budgetMs
    ? { findings, problem: `${name}: took ${Math.round(took)} ms of CPU` }
    : { findings }
}
