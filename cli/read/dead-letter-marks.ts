import type { TopicName } from '../../topology/model/record.ts'
import type { ProduceRecord } from '../../topology/ports/record-log.ts'
import type { ArchiveView } from './archive-view.ts'
import { deadLettersOf, deadLettersTopic, type FoundDeadLetter } from './dead-letters.ts'
import type { ReadableLog } from './read-topic.ts'

/**
 * What became of a dead letter: `open` until somebody acts, `replayed` when it was sent again, `parked` when it came back too
 * often, `resolved` when somebody said so.
 */
export const deadLetterStates = ['open', 'parked', 'replayed', 'resolved'] as const
export type DeadLetterState = (typeof deadLetterStates)[number]

/** States that ask for somebody. */
export const waitingStates: readonly DeadLetterState[] = ['open', 'parked']

/*
 * Marks stand on the topic of the dead letters itself, behind the letter and with its key: a record without value, and with
 * these headers. Who reads letters passes over records without value. The last mark of a letter holds.
 */
const letterHeader = 'archive-streams-dead-letter'
const stateHeader = 'archive-streams-dead-letter-state'

export const markOf = (
  topic: TopicName,
  { id, letter }: FoundDeadLetter,
  state: Exclude<DeadLetterState, 'open'>,
  now: number,
): ProduceRecord => ({
  topic,
  key: letter.originalKey,
  value: null,
  timestamp: now,
  headers: { [letterHeader]: Buffer.from(id), [stateHeader]: Buffer.from(state) },
})

const pageSize = 500

/** The marked letters by id, with their last mark. */
export const marksIn = async (
  log: ReadableLog,
  topic: TopicName,
): Promise<ReadonlyMap<string, DeadLetterState>> => {
  const marks = new Map<string, DeadLetterState>()
  for (const [partition, end] of (await log.ends(topic)).entries()) {
    for (let offset = 0; offset < end;) {
      const page = await log.read({ topic, partition }, offset, pageSize)
      for (const { value, headers } of page) {
        const id = headers[letterHeader]
        const text = Buffer.from(headers[stateHeader] ?? []).toString()
        const state = deadLetterStates.find((each) => each === text)
        if (value === null && id && state) marks.set(Buffer.from(id).toString(), state)
      }
      offset = (page.at(-1)?.offset ?? end) + 1
    }
  }
  return marks
}

/** A dead letter and what became of it. */
export interface MarkedDeadLetter extends FoundDeadLetter {
  readonly state: DeadLetterState
}

/** The dead letters in one of the states; those that ask for somebody, when none is named. */
export async function* lettersIn(
  view: Pick<ArchiveView, 'topology' | 'log' | 'registry'>,
  states: readonly DeadLetterState[] = waitingStates,
): AsyncGenerator<MarkedDeadLetter> {
  const marks = await marksIn(view.log, deadLettersTopic(view).name)
  for await (const found of deadLettersOf(view)) {
    const state = marks.get(found.id) ?? 'open'
    if (states.includes(state)) yield { ...found, state }
  }
}
