import type { Uri } from '../../schemas/brands.ts'
import type { Ports } from '../ports/ports.ts'
import type { DeadlineClass } from './deadline-class.ts'
import type { Failure } from './failure.ts'
import type { Facts, Outcome } from './outcome.ts'
import type { StreamRecord, TopicName } from './record.ts'

/**
 * Which records of a stage must keep their order: those of one key (the default), all of one partition, or none.
 * With `none`, records may overtake each other, so no ordered sink may follow.
 */
export type OrderMode = 'key' | 'partition' | 'none'

/** What a pure stage may know besides its value. */
export interface PureContext {
  /** From 1. */
  readonly attempt: number
  readonly key: string
  /** Event time of the record, epoch milliseconds. */
  readonly timestamp: number
}

/** What an asking stage gets besides its value. */
export interface StageContext extends PureContext {
  readonly ports: Ports
  /** Aborts when the deadline passes or the partition is lost. */
  readonly signal: AbortSignal
  /** How often this record came back from the dead letters; 0 for what comes for the first time. */
  readonly replays: number
  /** Whether somebody waits for what is made of this record. */
  readonly deadline: DeadlineClass
  /** State of this sub-topology, with what earlier records of the same key are about to write; see {@link Outcome}. */
  readonly state: { readonly get: (key: string) => Uint8Array | undefined }
}

/** The work of a pure stage on one value. It may await a library that computes asynchronously, never the world. */
export type PureRun<I, O> = (value: I, context: PureContext) => Outcome<O> | Promise<Outcome<O>>

/**
 * Options that change what a stage makes, as far as they may be shown: values, versions and hashes, never secrets. They stand in
 * describe(), a change of them asks for a replay, and together they are the `configHash` of every output. Options that
 * change speed, memory or places only are left out.
 */
export type Settings = Readonly<Record<string, string | number | boolean>>

interface StageBase {
  readonly name: string
  /** Grows whenever the results change; part of every output. */
  readonly version: number
  readonly order: OrderMode
  /** One line for describe(). */
  readonly doc: string
  /** Options that change the results, by name; see {@link Settings}. */
  readonly settings?: Settings
}

/**
 * Computes, without clock, randomness, ids or I/O. Neighbouring pure stages are fused into one call on a worker thread;
 * values must be structured-cloneable.
 */
export interface PureStage<in I, out O> extends StageBase {
  readonly kind: 'pure'
  /** CPU deadline per record in milliseconds; the fused call gets the sum. */
  readonly deadlineMs: number
  /** Made once per thread. */
  readonly create: () => PureRun<I, O> | Promise<PureRun<I, O>>
}

/** Waits on the world, through ports. */
export interface AskingStage<in I, out O> extends StageBase {
  readonly kind: 'asking'
  /** How many records of one partition set may be inside at once. */
  readonly concurrency: number
  /** Milliseconds until the attempt counts as timed out. */
  readonly timeoutMs: number
  /** Whether it reads or writes the state of its sub-topology; a log may need a place for it made first. */
  readonly keepsState?: boolean
  /** Whether it may answer {@link forwardStream}: what it streams is not part of a commit. */
  readonly streams?: boolean
  readonly run: (value: I, context: StageContext) => Promise<Outcome<O>>
}

export type Stage<I, O> = PureStage<I, O> | AskingStage<I, O>

/** One record that reached a sink. */
export interface SinkRecord<I> extends StreamRecord<I> {
  readonly topic: TopicName
  readonly partition: number
  readonly offset: number
}

/** What became of one record of a batch. */
export type ItemOutcome =
  | { readonly kind: 'written'; readonly facts?: Facts }
  | { readonly kind: 'dropped'; readonly reason: string }
  | { readonly kind: 'dead-letter'; readonly failure: Failure }

export interface SinkContext {
  readonly ports: Ports
  readonly signal: AbortSignal
  readonly attempt: number
}

/** What a range sink gets: it may run on a thread of its own, where only this is open. */
export interface RangeContext extends Omit<SinkContext, 'ports'> {
  readonly ports: Pick<Ports, 'clock' | 'identity' | 'objects'>
}

/** Writes records to the outside in batches. Must be idempotent: a batch may come again after a crash. */
export interface BatchSink<in I> {
  readonly kind: 'batch-sink'
  readonly name: string
  readonly version: number
  readonly doc: string
  /** An ordered sink gets the records of one key in order. */
  readonly ordered: boolean
  readonly batch: { readonly maxRecords: number; readonly lingerMs: number }
  readonly timeoutMs: number
  /** One outcome per record, in order. When it throws a bug or poison for the whole batch, the batch is bisected. */
  readonly write: (
    records: readonly SinkRecord<I>[],
    context: SinkContext,
  ) => Promise<readonly ItemOutcome[]>
}

/** A contiguous stretch of one partition: all records with start ≤ offset < end. */
export interface SinkRange<I> {
  readonly topic: TopicName
  readonly partition: number
  readonly start: number
  readonly end: number
  readonly records: readonly SinkRecord<I>[]
}

/** A file of a range, and the offsets of the records that something in it came from. */
export interface RangeOutput {
  readonly uri: Uri
  readonly offsets: readonly number[]
}

export interface RangeResult {
  readonly outputs: readonly RangeOutput[]
  readonly counts: Readonly<Record<string, number>>
  /** Failures by offset; those records are not in the files and become dead letters. */
  readonly failures: readonly { readonly offset: number; readonly failure: Failure }[]
}

/**
 * Writes whole offset ranges: the runtime claims the range in the commit metadata, calls `write`, then commits past it.
 * What is written must be a function of the range alone, so that a range may be written again after a crash.
 */
export interface RangeSink<in I> {
  readonly kind: 'range-sink'
  readonly name: string
  readonly version: number
  readonly doc: string
  readonly ordered: boolean
  readonly rotate: {
    readonly maxRecords: number
    readonly maxBytes: number
    readonly maxAgeMs: number
  }
  readonly timeoutMs: number
  /** Which records leave an entry in the ledger: each of them (the default), or those that failed. */
  readonly ledger?: 'each' | 'failures'
  /**
   * What tells a record from others: two of equal texts and keys bring the same rows. Where the log may hold a record twice, what
   * comes again shortly after is left out. Undefined for what never is, as an erasure. Must not throw. Without it none is left out.
   */
  readonly identify?: (value: I) => string | undefined
  readonly write: (range: SinkRange<I>, context: RangeContext) => Promise<RangeResult>
}

export type Sink<I> = BatchSink<I> | RangeSink<I>
