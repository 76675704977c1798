import type { TopicName } from '../../topology/model/record.ts'
import type { ProduceRecord } from '../../topology/ports/record-log.ts'
import type { ArchiveView } from './archive-view.ts'
import { deadLettersOf, deadLettersTopic, type FoundDeadLetter } from './dead-letters.ts'
import type { ReadableLog } from './read-topic.ts'
import { isOfWholeEvent, supersededAmong } from './superseded-letters.ts'

/**
 * What became of a dead letter: `open` until somebody acts, `replayed` when it was sent again, `parked` when it came back too
 * often, `resolved` when somebody said so, `superseded` when its document went through by a later event.
 */
export const deadLetterStates = ['open', 'parked', 'replayed', 'resolved', 'superseded'] as const
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
  state: Exclude<DeadLetterState, 'open' | 'superseded'>,
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

type View = Pick<ArchiveView, 'topology' | 'log' | 'registry'>

/**
 * The dead letters in one of the states; those that ask for somebody, when none is named. Letters are read twice where some wait, as
 * the ledger knows what became of their documents.
 */
export async function* lettersIn(
  view: View,
  states: readonly DeadLetterState[] = waitingStates,
): AsyncGenerator<MarkedDeadLetter> {
  const marks = await marksIn(view.log, deadLettersTopic(view).name)
  const stateOf = await stateReader(view, marks)
  for await (const found of deadLettersOf(view)) {
    const state = stateOf(found)
    if (states.includes(state)) yield { ...found, state }
  }
}

const stateReader = async (view: View, marks: ReadonlyMap<string, DeadLetterState>) => {
  const marked = ({ id }: FoundDeadLetter) => marks.get(id) ?? 'open'
  const waiting = new Set<string>()
  for await (const found of deadLettersOf(view)) {
    const { documentId } = found.letter
    if (
      documentId !== null &&
      isOfWholeEvent(found.letter) &&
      waitingStates.includes(marked(found))
    )
      waiting.add(documentId)
  }
  const isSuperseded = await supersededAmong(view, waiting)
  return (found: FoundDeadLetter): DeadLetterState => {
    const state = marked(found)
    return waitingStates.includes(state) && isSuperseded(found.letter) ? 'superseded' : state
  }
}
