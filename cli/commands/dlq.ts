import type { ArchiveView } from '../read/archive-view.ts'
import {
  deadLetterStates,
  lettersIn,
  type DeadLetterState,
  type MarkedDeadLetter,
} from '../read/dead-letter-marks.ts'
import {
  groupDeadLetters,
  placeOf,
  printable,
  type DeadLetterGroup,
  type DeadLetterGrouping,
  type FirstOfGroup,
} from '../read/dead-letters.ts'
import { locate } from '../read/document-uris.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { table, toJson, type Output } from '../output.ts'

/** Dead letters by what they have in common. */
export const dlqGroups = async (
  view: ArchiveView,
  output: Output,
  by: DeadLetterGrouping,
  states?: readonly DeadLetterState[],
): Promise<number> => {
  const groups = await locatedGroups(view, await groupDeadLetters(lettersIn(view, states), by))
  output.value({ deadLetters: groups })
  if (groups.length === 0) output.line('no dead letters')
  else
    for (const line of table(
      headOf(by),
      groups.map((group) => cellsOf(by, group)),
    ))
      output.line(line)
  return exitCodes.ok
}

const locatedGroups = async (
  view: ArchiveView,
  groups: readonly FirstOfGroup[],
): Promise<readonly DeadLetterGroup[]> => {
  const located: DeadLetterGroup[] = []
  const firsts = locate(
    view,
    groups.map(({ first }) => first),
  )
  for (const { first: _, ...group } of groups) {
    const { value } = await firsts.next()
    located.push({ ...group, firstUri: value?.uri ?? null })
  }
  return located
}

/** The columns that say the same for all letters of a group. */
const headOf = (by: DeadLetterGrouping): readonly string[] =>
  by === 'fingerprint'
    ? ['count', 'disposition', 'code', 'stage', 'first', 'fingerprint', 'message', 'first document']
    : ['count', by, 'first', 'first document']

const cellsOf = (by: DeadLetterGrouping, group: DeadLetterGroup): readonly (string | number)[] => {
  const { count, disposition, code, stage, firstId, fingerprint, message } = group
  const document = group.firstUri ?? '-'
  return by === 'fingerprint'
    ? [count, disposition, code, stage, firstId, fingerprint, message, document]
    : [count, group[by], firstId, document]
}

/** Every dead letter on a line of its own, as they are read: a million of them need no memory. */
export const dlqAll = async (
  view: ArchiveView,
  output: Output,
  states?: readonly DeadLetterState[],
): Promise<number> => {
  let shown = 0
  for await (const found of locate(view, lettersIn(view, states))) {
    shown++
    output.value({ state: found.state, ...printable(found, found.uri) })
    const { disposition, code, documentId, message } = found.letter
    const place = found.uri ?? documentId ?? '-'
    const cells = [found.id, disposition, code, placeOf(found.letter), place, message]
    output.line(cells.join('  '))
  }
  if (shown === 0) output.line('no dead letters')
  return exitCodes.ok
}

/** Every dead letter that one of the names stands for: its own id, its document or its fingerprint. */
export const dlqShow = async (
  view: ArchiveView,
  output: Output,
  names: readonly [string, ...string[]],
): Promise<number> => {
  let shown = 0
  const meant = ({ id, letter: { documentId, fingerprint } }: MarkedDeadLetter): boolean =>
    [id, documentId ?? '', fingerprint].some((each) => names.includes(each))
  for await (const found of locate(view, only(lettersIn(view, deadLetterStates), meant))) {
    shown++
    const letter = { state: found.state, ...printable(found, found.uri) }
    output.value(letter)
    for (const [name, value] of Object.entries(letter)) output.line(`${name}: ${textOf(value)}`)
    output.line()
  }
  if (shown > 0) return exitCodes.ok
  const message = `no dead letter, document or fingerprint ${names[0]}; "dlq ls" lists what there is`
  throw new CommandError(exitCodes.failed, message)
}

async function* only<T>(items: AsyncIterable<T>, wanted: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of items) if (wanted(item)) yield item
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : toJson(value))
