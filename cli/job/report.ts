import type { DeadLater } from './baseline.ts'
import { modelsUsed, type ModelsUsed } from './models-used.ts'
import type { RunCounter } from './run-counter.ts'

/** What a job did: printed at its end, and with `--json` as one object. */
export interface JobReport {
  /** Document events that this job was to prepare, and what became of them: each ended in exactly one way. */
  readonly documents: {
    readonly published: number
    readonly delivered: number
    readonly dropped: number
    readonly dead: number
  }
  /** Where those that were published come from, and how many brought nothing new. */
  readonly intake: {
    /** Published by this job, or listed by it from containers. */
    readonly publishedNow: number
    /** Published before this job began, by an earlier one or by `publish`, and not prepared yet. */
    readonly takenOver: number
    /** Of both: known with this content under these options. They are among those dropped, as `replay`. */
    readonly unchanged: number
    /** Containers that were expanded before as they are: their members were not listed again, and are counted nowhere. */
    readonly unchangedContainers: number
  }
  /** Documents that an earlier job had prepared and of which something was dead-lettered now. Not among `documents`. */
  readonly deadOfEarlierJobs: number
  readonly chunks: number
  readonly embeddings: number
  readonly classifications: number
  readonly summaries: number
  readonly deadLetters: readonly { readonly disposition: string; readonly count: number }[]
  readonly redacted: Readonly<Record<string, number>>
  readonly droppedReasons: Readonly<Record<string, number>>
  readonly seconds: number
  readonly documentsPerSecond: number
  readonly peakRssBytes: number
  /** CPU time of the whole process. */
  readonly cpuSeconds: number
  /** Computing time of the pure stages on their workers. */
  readonly cpuSecondsByStage: Readonly<Record<string, number>>
  /** What models did, and what it cost. */
  readonly models: readonly ModelsUsed[]
  /** What their cost is in. */
  readonly currency: string
  /** Bytes of the files that were published, containers as they are. */
  readonly publishedBytes: number
  /** Paths that could not be looked into: nothing under them was published. */
  readonly unreadable: readonly { readonly path: string; readonly code: string }[]
  /** Paths of what is no file to archive, with the reason: links to folders, pipes, sockets, devices. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
  /** True when the job was told to stop: what it had not done comes with the next start. */
  readonly interrupted: boolean
  readonly outputs: {
    readonly parquet: string
    readonly vectors: string
    readonly summaries: string
  }
}

export interface ReportInput {
  readonly counter: RunCounter
  readonly publishedNow: number
  readonly takenOver: number
  readonly deadLater: DeadLater
  readonly seconds: number
  readonly peakRssBytes: number
  readonly cpuSeconds: number
  readonly currency: string
  readonly publishedBytes: number
  readonly unreadable: JobReport['unreadable']
  readonly skipped: JobReport['skipped']
  readonly interrupted: boolean
  readonly outputs: JobReport['outputs']
}

/** Adds up a run. A document is delivered when prepare forwarded it and nothing after it went to the dead letters. */
export const reportOf = (input: ReportInput): JobReport => {
  const { counter } = input
  const prepare = counter.part('prepare')
  const count = (part: string, name: string): number => counter.part(part).counts.get(name) ?? 0
  const documents = {
    published: input.publishedNow + input.takenOver,
    delivered: prepare.forwarded - input.deadLater.own,
    dropped: prepare.dropped,
    dead: prepare.dead + input.deadLater.own,
  }
  return {
    documents,
    intake: {
      publishedNow: input.publishedNow,
      takenOver: input.takenOver,
      unchanged: prepare.reasons.get('replay') ?? 0,
      unchangedContainers: counter.part('expand').reasons.get('replay') ?? 0,
    },
    deadOfEarlierJobs: input.deadLater.earlier,
    chunks: count('prepare', 'chunks'),
    embeddings: count('embed', 'vectors'),
    classifications: count('classify', 'scored'),
    summaries: counter.part('summarise').forwarded,
    deadLetters: [...counter.dispositions]
      .map(([disposition, n]) => ({ disposition, count: n }))
      .sort((a, b) => b.count - a.count),
    redacted: redactedOf(prepare.counts),
    droppedReasons: Object.fromEntries(prepare.reasons),
    seconds: round(input.seconds),
    documentsPerSecond: round(
      (documents.delivered + documents.dropped + documents.dead) / Math.max(input.seconds, 0.001),
    ),
    peakRssBytes: input.peakRssBytes,
    cpuSeconds: round(input.cpuSeconds),
    cpuSecondsByStage: Object.fromEntries(
      [...counter.stageCpuMs].map(([stage, ms]) => [stage, round(ms / 1_000)]),
    ),
    models: modelsUsed([...counter.parts].map(([name, part]) => [name, part.counts])),
    currency: input.currency,
    publishedBytes: input.publishedBytes,
    unreadable: input.unreadable,
    skipped: input.skipped,
    interrupted: input.interrupted,
    outputs: input.outputs,
  }
}

/** True when every published document ended in exactly one way. */
export const isComplete = ({ documents }: JobReport): boolean =>
  documents.published === documents.delivered + documents.dropped + documents.dead

const redactedPrefix = 'redacted.'

const redactedOf = (counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...counts]
      .filter(([name]) => name.startsWith(redactedPrefix))
      .map(([name, n]) => [name.slice(redactedPrefix.length), n] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const round = (value: number): number => Math.round(value * 100) / 100
