import type { Description } from './describe.ts'
import { subTopologyChanges } from './diff-sub-topologies.ts'
import { topicChanges } from './diff-topics.ts'

/**
 * What a change asks of whoever deploys it, from mild to severe:
 * - `safe`: deploy;
 * - `needs-replay`: results made before differ from those made after until old documents are run again;
 * - `breaks-order`: records of one key may be seen out of order unless the old version is drained first;
 * - `breaks-consumers`: somebody who reads our outputs, or writes our inputs, must change first.
 */
export const changeClasses = ['safe', 'needs-replay', 'breaks-order', 'breaks-consumers'] as const
export type ChangeClass = (typeof changeClasses)[number]

export interface Change {
  readonly class: ChangeClass
  /** `topic archive.chunks`, `prepare/redact`. */
  readonly at: string
  readonly message: string
}

export interface TopologyDiff {
  /** The most severe class; `safe` when nothing changed. */
  readonly verdict: ChangeClass
  /** Severe first, then in the order of the new topology. */
  readonly changes: readonly Change[]
}

/** Exit codes of `archive-streams diff`, by verdict. */
export const diffExitCodes: Readonly<Record<ChangeClass, number>> = {
  safe: 0,
  'needs-replay': 10,
  'breaks-order': 20,
  'breaks-consumers': 30,
}

const severity = (change: Change): number => changeClasses.indexOf(change.class)

const nameChange = (old: Description, current: Description): readonly Change[] =>
  old.name === current.name
    ? []
    : [
        {
          class: 'needs-replay',
          at: `topology ${current.name}`,
          message: `was named ${old.name}; consumer groups of another name begin at the start of their topics`,
        },
      ]

const platformTopics = (old: Description, current: Description): readonly Change[] =>
  (['deadLetters', 'ledger'] as const).flatMap((role) =>
    old[role] === current[role]
      ? []
      : [
          {
            class: 'breaks-consumers' as const,
            at: `topic ${current[role]}`,
            message: `${role === 'ledger' ? 'the ledger' : 'dead letters'} went to ${old[role]} before`,
          },
        ],
  )

/** What changed from `old` to `current`, and what that asks for. */
export const diff = (old: Description, current: Description): TopologyDiff => {
  const changes = [
    ...nameChange(old, current),
    ...platformTopics(old, current),
    ...topicChanges(old, current),
    ...subTopologyChanges(old, current),
  ].toSorted((a, b) => severity(b) - severity(a))
  return { verdict: changes[0]?.class ?? 'safe', changes }
}
