import type { Assignment, ConfigProblem, Layer } from './layer.ts'
import { meantHint } from '../topology/model/nearest.ts'
import { optionLeaves } from './option-tree.ts'

/** One flag of the command line that sets an option. */
export interface FlagValue {
  /** As the user wrote it: `--data-dir`. */
  readonly flag: string
  /** The option it sets: `dataDir`, `redact.policy`. */
  readonly path: string
  readonly value: unknown
}

const known = new Map(optionLeaves.map((leaf) => [leaf.path.join('.'), leaf]))

/** Flags as assignments. Secrets are refused: a command line is seen by everybody on the machine. */
export const readFlagLayer = (flags: readonly FlagValue[]): Layer => {
  const assignments: Assignment[] = []
  const problems: ConfigProblem[] = []
  for (const { flag, path, value } of flags) {
    const origin = { kind: 'flag', flag } as const
    const leaf = known.get(path)
    if (leaf?.node.kind === 'leaf') {
      assignments.push({ path: leaf.path, value, origin })
      continue
    }
    const secret = optionLeaves.some(
      (each) => each.node.kind === 'secrets' && path.startsWith(each.path.join('.')),
    )
    const message = secret
      ? 'secrets come from the environment only'
      : `unknown option "${path}"${meantHint(path, known.keys())}`
    problems.push({ origin, message })
  }
  return { assignments, problems }
}
