import type { DeadLetter, LedgerEntry } from '../../../schemas/generated/types.ts'
import { deadLetterCodec, ledgerEntryCodec } from '../../../schemas/generated/codecs.ts'
import type { TopicName } from '../../model/record.ts'
import type { CommittedOffset, LogRecord, LogTransaction } from '../../ports/record-log.ts'
import type { TelemetryEvent } from '../../ports/telemetry.ts'
import { decodeNote } from '../../runtime/commit-metadata.ts'
import type { LogObserver } from '../simulated-record-log.ts'
import { itemCodec, rankOf, type Item } from './item.ts'
import {
  deadEffect,
  expectationOf,
  ledgerEffect,
  rowEffect,
  type Part,
  type Place,
} from './oracle.ts'
import { TellWatch } from './tell-watch.ts'

/** Thrown away after the first: what follows a violation proves nothing. */
export interface Violation {
  readonly kind: string
  readonly detail: string
}

interface Source {
  readonly item: Item
  readonly place: Place
  /** The item was in the topic before: it was sent again, which is right where commits are not atomic. */
  readonly again: boolean
}

/** Source topic of each sub-topology. */
export const sourceOf: Readonly<Record<Part, 'in' | 'middle'>> = {
  first: 'in',
  second: 'middle',
  files: 'middle',
}

const partOf = (group: string): Part => group.slice(group.indexOf('.') + 1) as Part
const placeKey = (topic: string, { partition, offset }: Place): string =>
  `${topic}:${partition}:${offset}`

/**
 * Watches a run and holds it against the invariants, at every append, write and commit:
 *
 * - LOSS: a record is committed although something it must cause is not durable;
 * - REWIND, FORGOT: a commit goes back, or loses what an earlier one called done;
 * - ORDER: an effect of a record of a key appears for the first time after one of a later record of that key;
 * - DOUBLE: something is there twice although commits are atomic;
 * - STRAY: something is there that no record may cause;
 * - OUTCOME: the ledger tells another end than the record had;
 * - STALE: a commit is tried after the partitions were given up;
 * - TOLD: other ends are told than were committed.
 */
export class Checker implements LogObserver {
  readonly sources = new Map<string, Source>()
  /** How often each effect became visible. */
  readonly effects = new Map<string, number>()
  /** Commits that took effect. */
  commits = 0
  readonly #inputs: ReadonlyMap<string, Item>
  readonly #hash: string
  readonly #atomic: boolean
  readonly #onViolation: (violation: Violation) => void
  readonly #known = new Set<string>()
  readonly #tells = new TellWatch((kind, detail) => this.violate(kind, detail))
  readonly #lastRank = new Map<string, { readonly rank: number; readonly id: string }>()
  readonly #positions = new Map<string, number>()
  /** Offsets that were called done, by group and partition. */
  readonly #done = new Map<string, Set<number>>()
  /** Offsets in the order in which they were written, by topic and partition. */
  readonly #offsets = new Map<string, number[]>()

  constructor(
    inputs: ReadonlyMap<string, Item>,
    topologyHash: string,
    atomic: boolean,
    onViolation: (violation: Violation) => void,
  ) {
    this.#inputs = inputs
    this.#hash = topologyHash
    this.#atomic = atomic
    this.#onViolation = onViolation
  }

  violate(kind: string, detail: string): void {
    this.#onViolation({ kind, detail })
  }

  readonly appended = (topic: TopicName, partition: number, record: LogRecord): void => {
    const place = { partition, offset: record.offset }
    switch (topic as string) {
      case 'in':
        return this.#source('in', this.#inputs.get(text(record.headers['id'])), place)
      case 'middle': {
        const item = itemCodec.decode(record.value ?? new Uint8Array())
        this.#source('middle', item, place)
        return this.#effect('first', `middle:${item.id}`, item)
      }
      case 'out': {
        const item = itemCodec.decode(record.value ?? new Uint8Array())
        return this.#effect('second', `out:${item.id}`, item)
      }
      case 'dead':
        return this.#deadLetter(deadLetterCodec.decode(record.value ?? new Uint8Array()))
      case 'ledger':
        return this.#ledger(ledgerEntryCodec.decode(record.value ?? new Uint8Array()))
    }
  }

  readonly indexed = (item: Item): void => this.#effect('second', `index:${item.id}`, item)

  readonly attempted = (group: string, { epoch }: LogTransaction, held: boolean): void => {
    if (!held) this.violate('STALE', `${group} tries to commit for epoch ${epoch} after giving up`)
  }

  readonly committed = (group: string, transaction: LogTransaction): void => {
    this.commits++
    const done = transaction.offsets.map((each) => this.#checkCommit(partOf(group), each))
    this.#tells.committed(
      transaction,
      done.reduce((sum, count) => sum + count, 0),
    )
  }

  readonly answered = (group: string, transaction: LogTransaction): void =>
    this.#tells.answered(partOf(group), transaction)

  readonly told = (event: TelemetryEvent): void => this.#tells.told(event)

  /** Rows of a file that was written. */
  readonly wroteRows = (rows: readonly string[]): void => {
    for (const row of rows) {
      const [partition, offset] = row.split(':', 2).map(Number)
      this.#count(rowEffect({ partition: partition!, offset: offset! }))
    }
  }

  /** To be called at the end: everything expected is there, and nothing else. */
  finish(): void {
    this.#tells.finish()
    const expected = new Set<string>()
    const allowed = new Set<string>()
    for (const part of ['first', 'second', 'files'] as const) {
      for (const [key, source] of this.sources) {
        if (!key.startsWith(`${sourceOf[part]}:`)) continue
        const { effects } = expectationOf(part, source.item, source.place)
        for (const effect of effects) (mayBeLeftOut(part, source) ? allowed : expected).add(effect)
      }
    }
    for (const effect of expected) {
      if (!this.effects.has(effect)) this.violate('LOSS', `${effect} is missing in the end`)
    }
    for (const effect of this.effects.keys()) {
      if (!expected.has(effect) && !allowed.has(effect))
        this.violate('STRAY', `${effect} is there and should not be`)
    }
  }

  #source(topic: string, item: Item | undefined, place: Place): void {
    if (!item) return this.violate('STRAY', `record without item at ${placeKey(topic, place)}`)
    const again = this.#known.has(`${topic}:${item.id}`)
    this.#known.add(`${topic}:${item.id}`)
    this.sources.set(placeKey(topic, place), { item, place, again })
    const partition = `${topic}/${place.partition}`
    const offsets = this.#offsets.get(partition)
    if (offsets) offsets.push(place.offset)
    else this.#offsets.set(partition, [place.offset])
  }

  #deadLetter(letter: DeadLetter): void {
    const place = { partition: letter.sourcePartition, offset: Number(letter.sourceOffset) }
    const source = this.sources.get(placeKey(letter.sourceTopic, place))
    if (!source) return this.violate('STRAY', `dead letter of nothing at ${place.offset}`)
    const part = letter.subTopology as Part
    this.#effect(part, deadEffect(part, place, letter.itemId ?? ''), source.item, source.again)
  }

  #ledger(entry: LedgerEntry): void {
    const place = { partition: entry.sourcePartition, offset: Number(entry.sourceOffset) }
    const source = this.sources.get(placeKey(entry.sourceTopic, place))
    if (!source) return this.violate('STRAY', `ledger entry of nothing at ${place.offset}`)
    const part = entry.subTopology as Part
    const { outcome } = expectationOf(part, source.item, place)
    if (entry.outcome !== outcome) {
      const { id, fate } = source.item
      this.violate('OUTCOME', `${part} ends ${id} (${fate}) as ${entry.outcome}, not ${outcome}`)
    }
    this.#effect(part, ledgerEffect(part, place), source.item, source.again)
  }

  /** An effect of `item`, seen in the lane of its key. */
  #effect(part: Part, effect: string, item: Item, again = false): void {
    const first = !this.effects.has(effect)
    this.#count(effect)
    if (!first) {
      const once = this.#atomic && !effect.startsWith('index:')
      if (once) this.violate('DOUBLE', `${effect} is there twice`)
      return
    }
    if (again) return
    const lane = `${part}:${item.documentId}`
    const last = this.#lastRank.get(lane)
    // What the first sub-topology makes of one input shares the place of that input.
    const rank = part === 'first' ? Number(item.revision) : rankOf(item)
    if (last && last.rank > rank) {
      return this.violate('ORDER', `${effect} of ${item.id} comes after effects of ${last.id}`)
    }
    this.#lastRank.set(lane, { rank, id: item.id })
  }

  #count(effect: string): void {
    this.effects.set(effect, (this.effects.get(effect) ?? 0) + 1)
  }

  /** Answers how many records are done now that were not before. */
  #checkCommit(part: Part, committed: CommittedOffset): number {
    const key = `${part}/${committed.partition}`
    const { topic, partition, offset } = committed
    const before = this.#positions.get(key) ?? 0
    if (offset < before) this.violate('REWIND', `${key} goes back from ${before} to ${offset}`)
    this.#positions.set(key, offset)
    const note = decodeNote(this.#hash, offset, committed.metadata)
    const beyond = new Set(note.kind === 'done' ? note.offsets : [])
    const done = this.#done.get(key) ?? new Set()
    this.#done.set(key, done)
    for (const each of done) {
      if (each >= offset && !beyond.has(each)) {
        this.violate('FORGOT', `${key} was done at ${each}, and is no longer`)
      }
    }
    const { size } = done
    for (const each of this.#offsets.get(`${topic}/${partition}`) ?? []) {
      if (each >= offset && !beyond.has(each)) continue
      if (done.has(each)) continue
      done.add(each)
      this.#checkDurable(part, { partition, offset: each })
    }
    return done.size - size
  }

  #checkDurable(part: Part, place: Place): void {
    const source = this.sources.get(placeKey(sourceOf[part], place))
    if (!source || mayBeLeftOut(part, source)) return
    for (const effect of expectationOf(part, source.item, place).effects) {
      if (this.effects.has(effect)) continue
      this.violate(
        'LOSS',
        `${part} commits ${source.item.id} (${source.item.fate}) without ${effect}`,
      )
    }
  }
}

/** The rows of the first copy are those of all; where that one failed, the next one is tried. */
const mayBeLeftOut = (part: Part, { again }: Source): boolean => part === 'files' && again

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()
