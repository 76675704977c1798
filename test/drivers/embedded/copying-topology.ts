import {
  deadLetterCodec,
  documentEventCodec,
  ledgerEntryCodec,
} from '../../../schemas/generated/codecs.ts'
import type { DocumentEvent } from '../../../schemas/generated/types.ts'
import { topology } from '../../../topology/model/builder.ts'
import { deadLetter, forward } from '../../../topology/model/outcome.ts'
import type { PureStage } from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import type { Topology } from '../../../topology/model/topology.ts'

export const input = topic('test.input', documentEventCodec)
export const output = topic('test.output', documentEventCodec)
export const deadLetters = topic('test.dead-letters', deadLetterCodec)
export const ledger = topic('test.ledger', ledgerEntryCodec)

const copy: PureStage<DocumentEvent, DocumentEvent> = {
  kind: 'pure',
  name: 'copy',
  version: 1,
  order: 'key',
  doc: 'Forwards what it gets; documents named "bad" become dead letters.',
  deadlineMs: 5000,
  create: () => (event) =>
    event.name === 'bad'
      ? deadLetter({ disposition: 'POISON', code: 'bad', message: 'bad' })
      : forward(event),
}

/** Input, one pure stage, output. */
export const createCopyingTopology = (): Topology => {
  const builder = topology('copying', {
    topics: [input, output, deadLetters, ledger],
    deadLetters,
    ledger,
  })
  builder.subTopology('copy', 'copies').from(input).via(copy).to(output)
  return builder.build()
}
