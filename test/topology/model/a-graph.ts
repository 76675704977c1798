import { codecFromSchema } from '../../../schemas/codec.ts'
import type { DeadLetter, LedgerEntry } from '../../../schemas/generated/types.ts'
import { topology } from '../../../topology/model/builder.ts'
import { forward } from '../../../topology/model/outcome.ts'
import type {
  AskingStage,
  BatchSink,
  PureStage,
  RangeSink,
  Settings,
} from '../../../topology/model/stage.ts'
import { topic } from '../../../topology/model/topic.ts'
import type { Topology } from '../../../topology/model/topology.ts'

interface Word {
  readonly text: string
}

const record = (name: string, fields: readonly unknown[]): string =>
  JSON.stringify({ type: 'record', name, doc: 'A test record.', fields })

const textField = { name: 'text', type: 'string', doc: 'Its text.' }

/** Parts of the small graph that a test may change. */
export interface GraphOptions {
  readonly name: string
  readonly partitions: number
  readonly version: number
  readonly order: PureStage<Word, Word>['order']
  readonly concurrency: number
  readonly fields: readonly unknown[]
  readonly vectors: boolean
  readonly settings: Settings | undefined
  readonly ownKey: boolean
  readonly parts: readonly ('read' | 'write')[]
}

const usual: GraphOptions = {
  name: 'small',
  partitions: 4,
  version: 1,
  order: 'key',
  concurrency: 8,
  fields: [textField],
  vectors: true,
  settings: undefined,
  ownKey: false,
  parts: ['read', 'write'],
}

/** Words are read, made upper case, looked up, and written to a topic and a sink, then to files. */
export const aGraph = (overrides: Partial<GraphOptions> = {}): Topology => {
  const use = { ...usual, ...overrides }
  const codec = codecFromSchema<Word>('word', record('Word', use.fields))
  const plain = codecFromSchema<Word>('plain', record('Plain', [textField]))
  const words = topic('test.words', plain)
  const upper = topic('test.upper', codec, { partitions: use.partitions })
  const deadLetters = topic<DeadLetter>(
    'test.dead',
    codecFromSchema('dead', record('Dead', [textField])),
  )
  const ledger = topic<LedgerEntry>(
    'test.ledger',
    codecFromSchema('entry', record('Entry', [textField])),
  )
  const raise: PureStage<Word, Word> = {
    kind: 'pure',
    name: 'raise',
    version: use.version,
    order: use.order,
    doc: 'Makes letters large.',
    deadlineMs: 1_000,
    ...(use.settings && { settings: use.settings }),
    create: () => (word) => forward({ text: word.text.toUpperCase() }),
  }
  const look: AskingStage<Word, Word> = {
    kind: 'asking',
    name: 'look "up"',
    version: 1,
    order: 'key',
    doc: 'Asks a dictionary.',
    concurrency: use.concurrency,
    timeoutMs: 2_500,
    run: (word) => Promise.resolve(forward(word)),
  }
  const vectors: BatchSink<Word> = {
    kind: 'batch-sink',
    name: 'vectors',
    version: 1,
    doc: 'Remembers words.',
    ordered: false,
    batch: { maxRecords: 10, lingerMs: 5 },
    timeoutMs: 1_000,
    write: (records) => Promise.resolve(records.map(() => ({ kind: 'written' }))),
  }
  const files: RangeSink<Word> = {
    kind: 'range-sink',
    name: 'files',
    version: 1,
    doc: 'Writes files.',
    ordered: true,
    rotate: { maxRecords: 100, maxBytes: 1_000, maxAgeMs: 50 },
    timeoutMs: 1_000,
    write: () => Promise.resolve({ outputs: [], counts: {}, failures: [] }),
  }
  const graph = topology(use.name, {
    topics: [words, upper, deadLetters, ledger],
    deadLetters,
    ledger,
  })
  if (use.parts.includes('read')) {
    const found = graph.subTopology('read', 'Reads words.').from(words).via(raise).via(look)
    found
      .select('every word', (word) => [word])
      .to(upper, use.ownKey ? { key: (word) => word.text } : undefined)
    if (use.vectors) found.sink(vectors)
  }
  if (use.parts.includes('write'))
    graph.subTopology('write', 'Files words.').from(upper).sink(files)
  return graph.build()
}
