import { defaultRuntimeOptions, type RuntimeOptions } from '../../runtime/options.ts'
import type { Delivery } from '../../ports/record-log.ts'
import type { LogFaults } from '../log-faults.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { SmallTopologyOptions } from './small-topology.ts'
import type { Weather } from './world.ts'

/** Everything about a run that the seed decides. */
export interface Settings {
  readonly records: number
  readonly activeMs: number
  readonly atomicCommit: boolean
  readonly delivery: Delivery
  readonly gaps: number
  readonly maxPollRecords: number
  readonly topology: SmallTopologyOptions
  readonly runtime: RuntimeOptions
  readonly weather: Weather
  /** Shares of calls to the log that go wrong. */
  readonly trouble: {
    readonly commits: number
    readonly polls: number
    readonly commitDelayMs: number
    readonly stale: number
  }
}

/** Trouble of a whole run, which can be left out to see whether it fails without. */
const withoutTrouble = {
  gaps: (settings) => ({ ...settings, gaps: 0 }),
  transient: (settings) => ({ ...settings, weather: { ...settings.weather, transient: 0 } }),
  hangs: (settings) => ({ ...settings, weather: { ...settings.weather, hangs: 0 } }),
  slow: (settings) => ({ ...settings, weather: { ...settings.weather, slow: 0 } }),
  'commit-faults': (settings) => ({ ...settings, trouble: { ...settings.trouble, commits: 0 } }),
  'commit-delays': (settings) => ({
    ...settings,
    trouble: { ...settings.trouble, commitDelayMs: 0 },
  }),
  'poll-delays': (settings) => ({ ...settings, trouble: { ...settings.trouble, polls: 0 } }),
  'stale-prefetch': (settings) => ({ ...settings, trouble: { ...settings.trouble, stale: 0 } }),
} as const satisfies Readonly<Record<string, (settings: Settings) => Settings>>

export const troubles = Object.keys(withoutTrouble)

/** The settings without the troubles that are named. */
export const calmed = (settings: Settings, without: ReadonlySet<string>): Settings =>
  Object.entries(withoutTrouble).reduce(
    (calmer, [name, remove]) => (without.has(name) ? remove(calmer) : calmer),
    settings,
  )

/** A member that does not poll for so long is out of its group, milliseconds. */
export const sessionMs = 1_500
export const rebalanceMs = 400

export const makeSettings = (random: SeededRandom): Settings => ({
  records: random.chance(0.15) ? random.int(60, 120) : random.int(20, 60),
  activeMs: random.int(1_000, 4_000),
  atomicCommit: random.chance(0.7),
  gaps: random.pick([0, 0.2, 0.5]),
  maxPollRecords: random.pick([1, 4, 20, 100]),
  topology: {
    lookOrder: random.pick(['key', 'key', 'partition']),
    concurrency: random.int(1, 8),
    timeoutMs: random.pick([400, 400, 4_000]),
    batch: { maxRecords: random.int(1, 12), lingerMs: random.int(1, 60) },
    rotate: {
      maxRecords: random.int(2, 20),
      maxBytes: random.pick([300, 100_000]),
      maxAgeMs: random.int(50, 600),
    },
  },
  runtime: {
    ...defaultRuntimeOptions,
    maxInFlightRecords: random.pick([1, 2, 6, 30, 512]),
    maxInFlightBytes: random.pick([100, 1_000, 1_000_000]),
    maxCommitRecords: random.pick([1, 5, 1_000]),
    pollWaitMs: random.int(50, 250),
    retry: { firstMs: 5, maxMs: 150, transientAttempts: 3, timeoutAttempts: 3 },
    revokeMs: random.pick([5, 50, 200]),
    drainMs: 2_000,
  },
  weather: {
    transient: random.pick([0, 0.02, 0.15]),
    hangs: random.pick([0, 0, 0.02]),
    slow: random.pick([0, 0, 0.05]),
    maxDelayMs: random.pick([0, 5, 30]),
    filesMs: random.pick([0, 20, 200]),
  },
  trouble: {
    commits: random.pick([0, 0.03, 0.15]),
    polls: random.pick([0, 0, 0.03]),
    commitDelayMs: random.pick([2, 12, 60]),
    stale: random.pick([0, 1]),
  },
  delivery: random.pick(['at-least-once', 'exactly-once']),
})

/** Commits are transactions, as on Kafka. */
export const withTransactions = (settings: Settings): Settings => ({
  ...settings,
  atomicCommit: false,
  delivery: 'exactly-once',
})

/** Commits are several writes, so that records come twice, as on Kafka by default. */
export const withCopies = (settings: Settings): Settings => ({
  ...settings,
  atomicCommit: false,
  delivery: 'at-least-once',
})

/** Faults of the log while `troubled`. */
export const makeFaults = (
  random: SeededRandom,
  trouble: Settings['trouble'],
  troubled: () => boolean,
  away: () => boolean,
): LogFaults => ({
  away,
  pollDelayMs: () =>
    troubled() && random.chance(trouble.polls) ? random.int(100, 2 * sessionMs) : 0,
  commitDelayMs: () => random.int(0, trouble.commitDelayMs),
  commit: () =>
    troubled() && random.chance(trouble.commits) ? random.pick(['refused', 'answer-lost']) : 'none',
  stalePrefetch: () => random.chance(trouble.stale),
})
