import { deadLetterCodec, ledgerEntryCodec } from '../../../schemas/generated/codecs.ts'
import { topology } from '../../model/builder.ts'
import { Rejected, type Failure } from '../../model/failure.ts'
import { deadLetter, drop, forward, forwardAll } from '../../model/outcome.ts'
import type {
  AskingStage,
  BatchSink,
  ItemOutcome,
  OrderMode,
  PureStage,
  RangeSink,
} from '../../model/stage.ts'
import { topic } from '../../model/topic.ts'
import type { Topology } from '../../model/topology.ts'
import { itemCodec, type Item } from './item.ts'
import type { World } from './world.ts'

const weigh = (item: Item): number => item.weight

export const inputTopic = topic('in', itemCodec, { weigh })
export const middleTopic = topic('middle', itemCodec, { weigh })
export const outputTopic = topic('out', itemCodec)
export const deadLetterTopic = topic('dead', deadLetterCodec, { partitions: 2 })
export const ledgerTopic = topic('ledger', ledgerEntryCodec, { partitions: 2 })

/** What differs from seed to seed. */
export interface SmallTopologyOptions {
  readonly lookOrder: Exclude<OrderMode, 'none'>
  readonly concurrency: number
  readonly timeoutMs: number
  readonly batch: BatchSink<Item>['batch']
  readonly rotate: RangeSink<Item>['rotate']
}

/**
 * Three sub-topologies that use everything the engine has:
 *
 *     in → trim → shape → ask → middle        pure stages, fused; an asking stage; state
 *     middle → look → out, index              branches; a topic and a batch sink behind one stage
 *     middle → files                          a range sink
 */
export const smallTopology = (world: World, options: SmallTopologyOptions): Topology => {
  const graph = topology('small', {
    topics: [inputTopic, middleTopic, outputTopic],
    deadLetters: deadLetterTopic,
    ledger: ledgerTopic,
  })
  graph
    .subTopology('first', 'Makes middle records of inputs.')
    .from(inputTopic)
    .via(trim)
    .via(shape)
    .via(ask(world, options))
    .select('pick', pick)
    .to(middleTopic)
  const looked = graph
    .subTopology('second', 'Makes outputs and index entries of middle records.')
    .from(middleTopic)
    .via(look(world, options))
  looked.select('outward', (item) => [item]).to(outputTopic)
  looked.select('inward', (item) => [item]).sink(indexSink(world, options))
  graph
    .subTopology('files', 'Writes middle records to files.')
    .from(middleTopic)
    .sink(fileSink(world, options))
  return graph.build()
}

const failure = (code: string, itemId?: string): Failure => ({
  disposition: 'POISON',
  code,
  message: `${code} was planted`,
  ...(itemId !== undefined && { itemId }),
})

const pureBase = { version: 1, order: 'key', doc: '', kind: 'pure', deadlineMs: 100 } as const

const trim: PureStage<Item, Item> = {
  ...pureBase,
  name: 'trim',
  create: () => (item) => {
    if (item.fate === 'drop-pure') return drop('planted')
    if (item.fate === 'bug-pure') throw new TypeError('planted')
    return forward(item)
  },
}

const shape: PureStage<Item, Item> = {
  ...pureBase,
  name: 'shape',
  create: () => (item) =>
    item.fate === 'dead-pure' ? deadLetter(failure('dead-pure')) : forward(item),
}

/** The state counts the items of each key: a lost update, a stale read or a doubled one shows in the end. */
const ask = (world: World, options: SmallTopologyOptions): AskingStage<Item, Item> => ({
  kind: 'asking',
  name: 'ask',
  version: 1,
  order: 'key',
  doc: '',
  concurrency: options.concurrency,
  timeoutMs: options.timeoutMs,
  run: async (item, { ports, attempt, state }) => {
    if (item.fate === 'timeout-ask') await world.hang()
    await world.call('first', ports.clock, attempt, options.timeoutMs)
    switch (item.fate) {
      case 'drop-ask':
        return drop('planted')
      case 'dead-ask':
        return deadLetter(failure('dead-ask'))
      case 'reject-ask':
        throw new Rejected(failure('reject-ask'))
      case 'bug-ask':
        throw new TypeError('planted')
      case 'nothing':
        return forwardAll([])
      case 'fan-out':
        return forwardAll([letter(item, 0), letter(item, 1)])
      case 'partial':
        return forward(item, { failures: [failure('partial', 'part')] })
      case 'misfit':
        return forward({ ...item, id: 7 as unknown as string })
      default: {
        const before = Number(Buffer.from(state.get(item.documentId) ?? []).toString())
        const value = Buffer.from(String(before + 1))
        return forward(item, { state: [{ key: item.documentId, value }] })
      }
    }
  },
})

export const letter = (item: Item, ordinal: number): Item => ({
  ...item,
  id: item.id + 'ab'[ordinal],
  ordinal,
})

const pick = (item: Item): readonly Item[] => {
  if (item.fate === 'select-bug') throw new TypeError('planted')
  return [item]
}

const look = (world: World, options: SmallTopologyOptions): AskingStage<Item, Item> => ({
  kind: 'asking',
  name: 'look',
  version: 1,
  order: options.lookOrder,
  doc: '',
  concurrency: options.concurrency,
  timeoutMs: options.timeoutMs,
  run: async (item, { ports, attempt }) => {
    await world.call('second', ports.clock, attempt, options.timeoutMs)
    if (item.fate === 'drop-look') return drop('planted')
    if (item.fate === 'dead-look') return deadLetter(failure('dead-look'))
    return forward(item)
  },
})

const indexSink = (world: World, options: SmallTopologyOptions): BatchSink<Item> => ({
  kind: 'batch-sink',
  name: 'index',
  version: 1,
  doc: '',
  ordered: true,
  batch: options.batch,
  timeoutMs: options.timeoutMs,
  write: async (records, { ports, attempt }) => {
    await world.call('second', ports.clock, attempt, options.timeoutMs)
    const outcomes: ItemOutcome[] = []
    for (const { value } of records) {
      if (value.fate === 'index-throws') throw new TypeError('planted')
      outcomes.push(indexOutcome(value))
      if (outcomes.at(-1)?.kind === 'written') world.upsert(value)
    }
    // What was written is there, but the caller does not learn so.
    if (attempt === 1 && world.chance(0.05))
      await world.call('second', ports.clock, attempt, options.timeoutMs)
    return outcomes
  },
})

const indexOutcome = ({ fate }: Item): ItemOutcome => {
  if (fate === 'index-dead') return { kind: 'dead-letter', failure: failure('index-dead') }
  if (fate === 'index-drop') return { kind: 'dropped', reason: 'planted' }
  return { kind: 'written' }
}

const fileSink = (world: World, options: SmallTopologyOptions): RangeSink<Item> => ({
  kind: 'range-sink',
  name: 'files',
  version: 1,
  doc: '',
  ordered: true,
  rotate: options.rotate,
  timeoutMs: options.timeoutMs,
  identify: ({ id }) => id,
  write: async (range, { ports, attempt }) => {
    await world.call('files', ports.clock, attempt, options.timeoutMs)
    const good = range.records.filter(({ value }) => value.fate !== 'file-dead')
    world.writeFile(
      range,
      good.map(({ offset, value }) => `${range.partition}:${offset}:${value.id}`),
    )
    await world.write(ports.clock)
    if (attempt === 1 && world.chance(0.05))
      await world.call('files', ports.clock, attempt, options.timeoutMs)
    const failures = range.records
      .filter(({ value }) => value.fate === 'file-dead')
      .map(({ offset }) => ({ offset, failure: failure('file-dead') }))
    return { outputs: [], counts: {}, failures }
  },
})
