import type { DeadlineClass } from '../model/deadline-class.ts'
import type { TopicPartition } from '../model/record.ts'

/** What the runtime tells about itself. One call is one event; drivers make log lines and metrics of it. Never text. */
export interface Telemetry {
  readonly emit: (event: TelemetryEvent) => void
}

export type TelemetryEvent =
  | {
      readonly kind: 'assigned'
      readonly subTopology: string
      readonly partitions: number
      /** Records that an earlier owner finished beyond its position: they are passed over. */
      readonly restored: number
      /** Records that it had begun and not finished, as far as its last commit tells: they are done again. */
      readonly redone: number
    }
  | {
      readonly kind: 'revoked'
      readonly subTopology: string
      readonly partitions: number
      /** Records that were in flight: the next owner does them. */
      readonly abandoned: number
    }
  | {
      /** The commit that covers the record took effect: told once, by whoever committed it. */
      readonly kind: 'finished'
      readonly subTopology: string
      readonly outcome: 'forwarded' | 'dropped' | 'dead'
      /** Drop reason or error code. */
      readonly reason?: string
      /** Figures by name, as in the ledger. */
      readonly counts?: ReadonlyMap<string, number>
    }
  | {
      /** The letter is in the log; told right before the end of its record. */
      readonly kind: 'dead-letter'
      readonly subTopology: string
      readonly stage: string
      readonly disposition: string
      readonly code: string
    }
  | {
      readonly kind: 'retry'
      readonly subTopology: string
      readonly stage: string
      readonly attempt: number
      readonly dependency: string
      /** What failed. Left out where it could quote the document. */
      readonly reason?: string
    }
  | {
      readonly kind: 'breaker'
      readonly subTopology: string
      readonly dependency: string
      readonly state: 'open' | 'closed'
    }
  | {
      readonly kind: 'paused' | 'resumed'
      readonly subTopology: string
      readonly topic: string
      readonly partition: number
    }
  | { readonly kind: 'fenced'; readonly subTopology: string }
  | {
      /** A commit took effect, tries and back-off included. */
      readonly kind: 'committed'
      readonly subTopology: string
      readonly ms: number
    }
  | {
      /** A sink was written to, tries and back-off included. */
      readonly kind: 'batch'
      readonly subTopology: string
      readonly sink: string
      readonly records: number
      readonly ms: number
    }
  | {
      /** A model server was asked. `subTopology` is the port. */
      readonly kind: 'inference'
      readonly subTopology: string
      readonly model: string
      readonly items: number
      readonly ok: boolean
      readonly ms: number
    }
  | {
      /** Computing time of a pure stage on its worker. */
      readonly kind: 'stage-cpu'
      readonly subTopology: string
      readonly stage: string
      readonly ms: number
    }
  | {
      readonly kind: 'stage-time'
      readonly subTopology: string
      readonly stage: string
      readonly ms: number
    }
  | {
      /** What a driver has to say: a service that went or came back. `subTopology` is the port. */
      readonly kind: 'notice'
      readonly subTopology: string
      readonly message: string
    }
  | { readonly kind: 'fatal'; readonly subTopology: string; readonly message: string }

/** Why nothing is fetched of a partition. */
export type PauseReason = 'full' | 'dependency-down' | 'draining'

/** One partition that this process works on. */
export interface PartitionState extends TopicPartition {
  /** Records taken up and not yet durable, and the bytes they stand for. */
  readonly inFlight: number
  readonly bytes: number
  readonly paused: PauseReason | undefined
}

/** A sub-topology as it is at this moment. Read when somebody looks, so it costs nothing meanwhile. */
export interface PartState {
  readonly subTopology: string
  /** True while this process is a member of the group with an assignment, be it of no partitions. */
  readonly assigned: boolean
  readonly draining: boolean
  /** When its loop last turned, epoch milliseconds. */
  readonly turnedAt: number
  readonly breaker: 'closed' | 'open' | 'half-open'
  /** What was down when the breaker last opened. */
  readonly dependency: string | undefined
  readonly partitions: readonly PartitionState[]
}

/** Items of one deadline class that have not left for their model yet. */
export interface ModelBacklog {
  readonly model: string
  readonly deadline: DeadlineClass
  readonly items: number
  readonly tokens: number
  /** Memory that they hold. */
  readonly bytes: number
  /** Milliseconds since the one was asked about that has waited longest; undefined when none waits. */
  readonly oldestMs: number | undefined
}

/** How far a sub-topology is with one partition, by its last commit. */
export interface PartitionLag extends TopicPartition {
  readonly subTopology: string
  /** Next offset to be written. */
  readonly end: number
  /** Next offset that is not finished. */
  readonly position: number
  /** Records not finished. Offsets that hold nothing any more do not count where they come first. */
  readonly lag: number
  /** Of those, how many were begun: they stand before a finished one, or in a claimed range. */
  readonly inFlight: number
  /** Time of the oldest record that is not finished, epoch milliseconds; undefined when all are. */
  readonly oldestAt: number | undefined
}
