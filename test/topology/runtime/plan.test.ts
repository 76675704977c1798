import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  deadLetterCodec,
  documentEventCodec,
  ledgerEntryCodec,
} from '../../../schemas/generated/codecs.ts'
import type { DocumentEvent } from '../../../schemas/generated/types.ts'
import { topology, type Stream } from '../../../topology/model/builder.ts'
import { forward } from '../../../topology/model/outcome.ts'
import type { AskingStage, OrderMode, PureStage } from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import { plansOf, type Plan, type Step } from '../../../topology/runtime/plan.ts'

const [input, output] = [topic('in', documentEventCodec), topic('out', documentEventCodec)]

const pure = (name: string, order: OrderMode = 'key'): PureStage<DocumentEvent, DocumentEvent> => ({
  kind: 'pure',
  name,
  version: 1,
  order,
  doc: '',
  deadlineMs: 100,
  create: () => (value) => forward(value),
})

const asking = (
  name: string,
  order: OrderMode = 'key',
): AskingStage<DocumentEvent, DocumentEvent> => ({
  kind: 'asking',
  name,
  version: 1,
  order,
  doc: '',
  concurrency: 1,
  timeoutMs: 1,
  run: async (value) => forward(value),
})

const planOf = (build: (source: Stream<DocumentEvent>) => void): Plan => {
  const graph = topology('test', {
    topics: [input, output],
    deadLetters: topic('dead', deadLetterCodec),
    ledger: topic('ledger', ledgerEntryCodec),
  })
  build(graph.subTopology('one', '').from(input))
  return plansOf(graph.build().subTopologies[0]!)[0]!
}

const stepsOf = (build: (source: Stream<DocumentEvent>) => void): readonly Step[] =>
  planOf(build).steps

const ids = (steps: readonly Step[]): readonly unknown[] =>
  steps.map((step) => ('next' in step ? [step.id, ids(step.next)] : step.id))

describe('The plan', () => {
  it('fuses neighbouring pure stages into one step', () => {
    const steps = stepsOf((source) =>
      source.via(pure('a')).via(pure('b')).via(pure('c')).to(output),
    )
    assert.deepEqual(ids(steps), [['a+b+c', ['to out']]])
    const [step] = steps
    assert.deepEqual(step?.kind === 'pure' && [step.nodes, step.deadlineMs], [['a', 'b', 'c'], 300])
  })

  it('does not fuse over an asking stage or a branch', () => {
    const steps = stepsOf((source) => {
      const stream = source.via(pure('a')).via(asking('b')).via(pure('c'))
      stream.via(pure('d')).to(output)
      stream
        .select('e', (value) => [value])
        .via(pure('f'))
        .sink({
          kind: 'batch-sink',
          name: 'sink',
          version: 1,
          doc: '',
          ordered: true,
          batch: { maxRecords: 1, lingerMs: 1 },
          timeoutMs: 1,
          write: async () => [],
        })
    })
    assert.deepEqual(ids(steps), [
      [
        'a',
        [
          [
            'b',
            [
              [
                'c',
                [
                  ['d', ['to out']],
                  ['e', [['f', ['sink']]]],
                ],
              ],
            ],
          ],
        ],
      ],
    ])
  })

  it('keeps the strictest order of what it fuses', () => {
    const orderOf = (...orders: readonly OrderMode[]): string | undefined => {
      const [step] = stepsOf((source) =>
        orders
          .reduce((stream, order, i) => stream.via(pure(`s${i}`, order)), source)
          .sink({
            kind: 'batch-sink',
            name: 'sink',
            version: 1,
            doc: '',
            ordered: false,
            batch: { maxRecords: 1, lingerMs: 1 },
            timeoutMs: 1,
            write: async () => [],
          }),
      )
      return step?.kind === 'pure' ? step.order : undefined
    }
    assert.equal(orderOf('none', 'key'), 'key')
    assert.equal(orderOf('none', 'partition', 'key'), 'partition')
    assert.equal(orderOf('none', 'none'), 'none')
  })

  it('knows whether any stage, however far down, takes the records of a partition in order', () => {
    const ordersPartition = (...orders: readonly OrderMode[]): boolean =>
      planOf((source) =>
        orders.reduce((stream, order, i) => stream.via(asking(`s${i}`, order)), source).to(output),
      ).partitionOrder
    assert.ok(ordersPartition('key', 'partition'))
    assert.ok(!ordersPartition('key', 'key'))
  })
})
