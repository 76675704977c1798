import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  deadLetterCodec,
  documentEventCodec,
  ledgerEntryCodec,
} from '../../../schemas/generated/codecs.ts'
import type { DocumentEvent } from '../../../schemas/generated/types.ts'
import { topology } from '../../../topology/model/builder.ts'
import { deadlineHeader } from '../../../topology/model/deadline-class.ts'
import type { DeadlineClass } from '../../../topology/model/deadline-class.ts'
import { forward } from '../../../topology/model/outcome.ts'
import type { AskingStage } from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import { createTestDriver } from '../../../topology/testing/index.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'

const [input, between, output] = ['in', 'between', 'out'].map((name) =>
  topic(name, documentEventCodec),
) as [
  ReturnType<typeof topic<DocumentEvent>>,
  ReturnType<typeof topic<DocumentEvent>>,
  ReturnType<typeof topic<DocumentEvent>>,
]

describe('the deadline class of a record', () => {
  it('is told by its header to every stage, and of what is made of it to those behind, and is bulk else', async () => {
    const seen: Record<string, DeadlineClass[]> = { first: [], second: [] }
    const stage = (name: string): AskingStage<DocumentEvent, DocumentEvent> => ({
      kind: 'asking',
      name,
      version: 1,
      order: 'key',
      doc: '',
      concurrency: 1,
      timeoutMs: 1_000,
      run: (value, { deadline }) => {
        seen[name]?.push(deadline)
        return Promise.resolve(forward(value))
      },
    })
    const graph = topology('test', {
      topics: [input, between, output],
      deadLetters: topic('dead', deadLetterCodec),
      ledger: topic('ledger', ledgerEntryCodec),
    })
    graph.subTopology('one', '').from(input).via(stage('first')).to(between)
    graph.subTopology('two', '').from(between).via(stage('second')).to(output)
    const driver = createTestDriver(graph.build())
    for (const header of ['interactive', undefined, 'bulk', 'soon']) {
      const headers = header === undefined ? {} : { [deadlineHeader]: Buffer.from(header) }
      driver.pipe(input, 'a', aDocumentEvent(), { headers })
    }
    await driver.run()
    const wanted = ['interactive', 'bulk', 'bulk', 'bulk']
    assert.deepEqual(seen, { first: wanted, second: wanted })
  })
})
