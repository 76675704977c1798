// What must not compile. Every line below an expectation is an error of the compiler; when one is not, the compiler says
// that the expectation is unused. Compiled by scripts/check-types.mjs, never run.
import { asDocumentId, asTenantId } from '../../schemas/brands.ts'
import type { DocumentId } from '../../schemas/brands.ts'
import { chunkSetCodec, documentEventCodec, summaryCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkSet, DocumentEvent, Summary } from '../../schemas/generated/types.ts'
import type { Stream, SubTopologyBuilder } from '../../topology/model/builder.ts'
import type { Fetched, Parsed, Redacted, Tokenised } from '../../topology/model/draft.ts'
import { forward, type Outcome } from '../../topology/model/outcome.ts'
import type {
  AskingStage,
  BatchSink,
  PureRun,
  PureStage,
  SinkRecord,
} from '../../topology/model/stage.ts'
import { topic } from '../../topology/model/topic.ts'

declare const part: SubTopologyBuilder
declare const cut: PureStage<DocumentEvent, ChunkSet>
declare const sumUp: AskingStage<ChunkSet, Summary>
declare const keepSummaries: BatchSink<Summary>
declare const event: DocumentEvent
declare const record: SinkRecord<Summary>

const documents = topic('documents', documentEventCodec)
const chunks = topic('chunks', chunkSetCodec)
const summaries = topic('summaries', summaryCodec)

const source = part.from(documents)
const chunked = source.via(cut)
const same = source.select('same', (each) => [each])

// What fits compiles.
chunked.via(sumUp).sink(keepSummaries)
chunked.to(chunks)
chunked.via(sumUp).to(summaries, { key: (summary) => summary.documentId })

// @ts-expect-error a stage must take what the topic holds
source.via(sumUp)

// @ts-expect-error a stage must take what the stage before gives
chunked.via(cut)

// @ts-expect-error a topic takes its own record type only
chunked.to(summaries)

// @ts-expect-error a sink takes its own record type only
chunked.sink(keepSummaries)

// @ts-expect-error the key is made of the record that is written
chunked.to(chunks, { key: (chunkSet) => chunkSet.summaryUri })

// @ts-expect-error a selection gives what follows it takes
same.to(chunks)

// @ts-expect-error a pure stage must hand on its output type
const wrong: PureStage<DocumentEvent, ChunkSet>['create'] = () => () => forward(event)

// @ts-expect-error a pure stage has no access to ports
const reaching: PureRun<string, string> = (value, { ports }) => forward(ports ?? value)

declare const fetched: Stream<Fetched>
declare const parse: PureStage<Fetched, Parsed>
declare const redact: PureStage<Parsed, Redacted>
declare const tokenise: PureStage<Redacted, Tokenised>

fetched.via(parse).via(redact).via(tokenise)

// @ts-expect-error nothing is tokenised before it is redacted
fetched.via(parse).via(tokenise)

// @ts-expect-error an outcome is one of a closed set
const odd: Outcome<string> = { kind: 'retry' }

// @ts-expect-error a tenant is not a document
const id: DocumentId = asTenantId('acme')

// @ts-expect-error text is not an id until somebody says so
const text: DocumentId = 'acme'

// @ts-expect-error records are immutable
event.revision = 2n

// @ts-expect-error so is what reaches a sink
record.value.text = 'other'

// @ts-expect-error a codec writes its own type only
summaryCodec.encode(event)

// @ts-expect-error a long is a bigint
const revision: number = event.revision

export { asDocumentId, id, odd, reaching, revision, text, wrong }
