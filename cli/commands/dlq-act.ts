import { encodeReplay, replayHeader, replayOf } from '../../topology/model/replay.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { Topology } from '../../topology/model/topology.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { ProduceRecord } from '../../topology/ports/record-log.ts'
import type { SchemaRegistry } from '../../topology/ports/schema-registry.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { counted, type Output } from '../output.ts'
import type { PublishTarget } from '../publish/open-target.ts'
import { lettersIn, markOf, type MarkedDeadLetter } from '../read/dead-letter-marks.ts'

/** What acting on dead letters needs. */
export interface DlqDesk {
  readonly target: PublishTarget
  readonly topology: Topology
  readonly registry: SchemaRegistry
  readonly clock: Clock
  readonly output: Output
}

export interface ReplayOptions {
  /** Only letters of this cause. */
  readonly fingerprint?: string
  /** Most letters that are sent again. */
  readonly max?: number
  /** Records per second. */
  readonly rate?: number
  /** A record that came back so often is parked. */
  readonly maxAttempts: number
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean
}

/** Records that are sent at a time. */
const batchSize = 500

const sourceOf = ({ letter }: MarkedDeadLetter): string =>
  `${letter.subTopology} ${letter.sourceTopic} ${letter.sourcePartition} ${letter.sourceOffset}`

/** Of the letters that ask for somebody, those that may be sent again, and those that came back too often. */
const planOf = async (desk: DlqDesk, options: ReplayOptions) => {
  const { topology, registry, target } = desk
  const replays = new Map<string, MarkedDeadLetter[]>()
  const parked: MarkedDeadLetter[] = []
  let meant = 0
  await target.read(async (log) => {
    for await (const found of lettersIn({ topology, registry, log })) {
      const { fingerprint, originalHeaders } = found.letter
      if (options.fingerprint !== undefined && fingerprint !== options.fingerprint) continue
      meant++
      const attempts = replayOf(originalHeaders)?.count ?? 0
      if (attempts >= options.maxAttempts) {
        if (found.state === 'open') parked.push(found)
        continue
      }
      // Several parts of one record may have failed: the record is sent once.
      const same = replays.get(sourceOf(found))
      if (same) same.push(found)
      else if (replays.size < (options.max ?? Infinity)) replays.set(sourceOf(found), [found])
    }
  }, undefined)
  if (meant === 0 && options.fingerprint !== undefined)
    throw nobodyAsked(`of the fingerprint ${options.fingerprint}`)
  return { replays: [...replays.values()], parked }
}

const nobodyAsked = (which: string): CommandError =>
  new CommandError(
    exitCodes.failed,
    `no dead letter ${which} asks for somebody; "dlq ls" lists those that do`,
  )

/** The record as it was, with the header that lets it through to the sub-topology it failed in. */
const recordAgain = ({ letter }: MarkedDeadLetter, now: number): ProduceRecord => {
  const { subTopology, originalHeaders, originalKey, originalValue } = letter
  const count = (replayOf(originalHeaders)?.count ?? 0) + 1
  return {
    topic: letter.sourceTopic as TopicName,
    key: originalKey,
    value: originalValue.length === 0 ? null : originalValue,
    timestamp: now,
    headers: { ...originalHeaders, [replayHeader]: encodeReplay({ subTopology, count }) },
  }
}

/** Records of a topic that is not of this pipeline any more cannot come back. */
const isKnown = (topology: Topology, { letter }: MarkedDeadLetter): boolean =>
  topology.topics.some(({ name }) => name === letter.sourceTopic)

/**
 * Sends the records of dead letters to the topic they were read from, where the stage that failed takes them up again.
 * Killed in the middle, a record may be sent twice, which changes nothing.
 */
export const dlqReplay = async (desk: DlqDesk, options: ReplayOptions): Promise<number> => {
  const { topology, target, clock, output } = desk
  const { replays, parked } = await planOf(desk, options)
  const known = replays.filter(([first]) => isKnown(topology, first!))
  const counts = {
    replayed: known.length,
    letters: known.flat().length,
    parked: parked.length,
    unknownTopic: replays.length - known.length,
    dryRun: options.dryRun,
  }
  if (!options.dryRun) {
    const step = options.rate === undefined ? batchSize : Math.min(batchSize, options.rate)
    for (let from = 0; from < known.length; from += step) {
      const startedAt = clock.now()
      const letters = known.slice(from, from + step)
      const now = clock.now()
      await target.produce(letters.map(([first]) => recordAgain(first!, now)))
      await mark(desk, letters.flat(), 'replayed')
      if (options.rate !== undefined && from + step < known.length)
        await pause(clock, startedAt + (1_000 * step) / options.rate - clock.now())
    }
    await mark(desk, parked, 'parked')
    await target.settled()
  }
  output.value(counts)
  const would = options.dryRun ? 'would be ' : ''
  output.line(
    `${counted(counts.replayed, 'record')} of ${counted(counts.letters, 'dead letter')} ${would}sent again, ${parked.length} ${would}parked`,
  )
  if (counts.unknownTopic > 0)
    output.note(`${counts.unknownTopic} came from topics that this pipeline does not have`)
  return exitCodes.ok
}

const pause = async (clock: Clock, ms: number): Promise<void> => {
  if (ms > 0) await new Promise<void>((resolve) => void clock.after(ms, resolve))
}

const mark = async (
  { topology, target, clock }: DlqDesk,
  letters: readonly MarkedDeadLetter[],
  state: 'replayed' | 'parked' | 'resolved',
): Promise<void> => {
  const { name } = topology.deadLetters
  for (let from = 0; from < letters.length; from += batchSize) {
    const batch = letters.slice(from, from + batchSize)
    await target.produce(batch.map((each) => markOf(name, each, state, clock.now())))
  }
}

/**
 * Marks letters as resolved. Each of `asked` is all that one argument may mean: an id, a fingerprint, a document. What nothing
 * answers to is said at the end, once the others are resolved.
 */
export const dlqResolve = async (
  desk: DlqDesk,
  asked: readonly (readonly [string, ...string[]])[],
): Promise<number> => {
  const { topology, registry, target } = desk
  const letters: MarkedDeadLetter[] = []
  const missing = new Set(asked)
  await target.read(async (log) => {
    for await (const found of lettersIn({ topology, registry, log })) {
      const { documentId, fingerprint } = found.letter
      const own = [found.id, fingerprint, documentId ?? '']
      const meant = asked.filter((names) => own.some((each) => names.includes(each)))
      if (meant.length > 0) letters.push(found)
      for (const names of meant) missing.delete(names)
    }
  }, undefined)
  await resolveAll(desk, letters)
  if (missing.size > 0)
    throw nobodyAsked(
      `with the id, document or fingerprint ${[...missing].map(([first]) => first).join(', ')}`,
    )
  return exitCodes.ok
}

const resolveAll = async (desk: DlqDesk, letters: readonly MarkedDeadLetter[]): Promise<void> => {
  if (letters.length === 0) return
  await mark(desk, letters, 'resolved')
  await desk.target.settled()
  desk.output.value({ resolved: letters.length })
  desk.output.line(`resolved ${counted(letters.length, 'dead letter')}`)
}
