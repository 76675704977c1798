import type { Parse } from '../../../../processors/parse/parse.ts'
import { classOf, type DifferenceClass } from './difference-classes.ts'
import { compareMail, FIELDS, type Field } from './compare-mail.ts'

/** The first difference of a class that was seen, as short as it came. */
export interface Example {
  readonly mail: string
  readonly field: Field
  readonly ours: string
  readonly theirs: string
  readonly bytes: number
}

export interface FieldTally {
  agreed: number
  differed: number
  /** Of those that differed: where the difference is of a class in which ours is not wrong. */
  explained: number
}

/** What a comparison of many mails came to. */
export interface MailOracleTally {
  readonly fields: ReadonlyMap<Field, FieldTally>
  readonly classes: ReadonlyMap<DifferenceClass | 'unclassed', { count: number; example: Example }>
  /** No mail by our reading, or given up at a limit by the other. */
  readonly uncompared: number
}

interface NamedMail {
  readonly name: string
  readonly content: Buffer
}

/** Reads each mail by both, and counts where they agree, and of which class each difference is. */
export const tallyMails = async (
  parse: Parse,
  mails: Iterable<NamedMail>,
): Promise<MailOracleTally> => {
  const fields = new Map(FIELDS.map((field) => [field, { agreed: 0, differed: 0, explained: 0 }]))
  const classes = new Map<DifferenceClass | 'unclassed', { count: number; example: Example }>()
  let uncompared = 0
  for (const { name, content } of mails) {
    const compared = await compareMail(parse, content)
    if (compared === undefined) {
      uncompared += 1
      continue
    }
    for (const [field, { ours, theirs }] of compared.fields) {
      const tally = fields.get(field)!
      if (ours === theirs) {
        tally.agreed += 1
        continue
      }
      const kind = classOf(compared, field)
      tally.differed += 1
      if (kind !== undefined && kind.right !== 'theirs') tally.explained += 1
      const example = { mail: name, field, ours, theirs, bytes: content.length }
      const seen = classes.get(kind ?? 'unclassed')
      if (seen === undefined) classes.set(kind ?? 'unclassed', { count: 1, example })
      else {
        seen.count += 1
        if (example.bytes < seen.example.bytes) seen.example = example
      }
    }
  }
  return { fields, classes, uncompared }
}

/** Share of mails on which the two agree; `explained` also counts differences in which ours is not wrong. */
export const shareOf = (tally: FieldTally, explained: boolean): number =>
  (tally.agreed + (explained ? tally.explained : 0)) / (tally.agreed + tally.differed)
