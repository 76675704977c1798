import type { ModelBacklog, PartitionLag, PartState } from '../../topology/ports/telemetry.ts'
import type { Distribution } from './distribution.ts'
import type { Figures } from './figures.ts'

/** All that metrics are made of, as of one moment. */
export interface Reading {
  readonly figures: Figures
  readonly parts: readonly PartState[]
  /** Of the partitions that this process works on; empty when the log did not answer. */
  readonly lags: readonly PartitionLag[]
  /** How often the log did not answer a question about lag. */
  readonly lagFailures: number
  /** What waits for models in this process. */
  readonly backlog: readonly ModelBacklog[]
  /** Epoch milliseconds. */
  readonly now: number
  readonly version: string
  readonly topologyHash: string
}

/** One value of a metric; labels in the order of its family. */
export type Sample<V> = readonly [labels: readonly (string | number)[], value: V]

interface Described {
  readonly name: string
  readonly labels: readonly string[]
  /** One sentence, with the unit where it is not in the name. */
  readonly help: string
}

/** A metric: what it is called and how it is read. */
export type MetricFamily =
  | (Described & {
      readonly type: 'counter' | 'gauge'
      readonly read: (reading: Reading) => Iterable<Sample<number>>
    })
  | (Described & {
      readonly type: 'histogram'
      readonly read: (reading: Reading) => Iterable<Sample<Distribution>>
    })

/** What every metric of ours is named with. */
export const metricPrefix = 'archive_streams_'
