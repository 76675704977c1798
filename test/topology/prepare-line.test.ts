import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  chunkSetCodec,
  classificationSetCodec,
  deadLetterCodec,
  documentEventCodec,
  embeddingSetCodec,
  ledgerEntryCodec,
  preparedDocumentCodec,
  summaryCodec,
} from '../../schemas/generated/codecs.ts'
import { admit } from '../../processors/admit/index.ts'
import { pack, store } from '../../processors/store/index.ts'
import { parquetSink } from '../../sinks/parquet/index.ts'
import { storeSummary, summarySink } from '../../sinks/summaries/index.ts'
import { vectorSink } from '../../sinks/vectors/index.ts'
import { topology } from '../../topology/model/builder.ts'
import type { DocumentEvent, PreparedDocument } from '../../schemas/generated/types.ts'
import {
  askingPassingErasures,
  purePassingErasures,
  type Chunked,
} from '../../topology/model/draft.ts'
import { forward } from '../../topology/model/outcome.ts'
import type { AskingStage, Sink } from '../../topology/model/stage.ts'
import { topic } from '../../topology/model/topic.ts'
import { aChunkedDraft } from '../builders/a-draft.ts'

const until: AskingStage<DocumentEvent, Chunked> = {
  kind: 'asking',
  name: 'until-chunked',
  version: 1,
  order: 'key',
  doc: 'Stands for everything between admit and pack',
  concurrency: 1,
  timeoutMs: 1,
  run: async (event) => forward(aChunkedDraft({ event })),
}

describe('admit, pack, store and the sinks', () => {
  it('fit together in one graph', () => {
    const documents = topic('archive.documents', documentEventCodec)
    const prepared = topic('archive.prepared', preparedDocumentCodec)
    const chunks = topic('archive.chunks', chunkSetCodec)
    const embeddings = topic('archive.embeddings', embeddingSetCodec)
    const classifications = topic('archive.classifications', classificationSetCodec)
    const summaries = topic('archive.summaries', summaryCodec)
    const raw = topic('archive.raw-summaries', summaryCodec)
    const deadLetters = topic('archive.dead-letters', deadLetterCodec)
    const ledger = topic('archive.ledger', ledgerEntryCodec)
    const builder = topology('fit', {
      topics: [
        documents,
        prepared,
        chunks,
        embeddings,
        classifications,
        summaries,
        raw,
        deadLetters,
        ledger,
      ],
      deadLetters,
      ledger,
    })
    const stored = builder
      .subTopology('prepare', 'prepares')
      .from(documents)
      .via(admit())
      .via(askingPassingErasures(until))
      .via(purePassingErasures(pack({ codeVersion: '0', configHash: '0' })))
      .via(store())
    stored.select('text', (value) => [value.prepared]).to(prepared)
    stored.select('sets', (value) => value.chunkSets).to(chunks)
    builder.subTopology('vectors', 'v').from(embeddings).sink(vectorSink())
    builder.subTopology('summarise', 's').from(raw).via(storeSummary()).to(summaries)
    builder.subTopology('summaries', 's').from(summaries).sink(summarySink())
    const sink = (name: string) => builder.subTopology(`parquet-${name}`, 'p')
    sink('documents')
      .from(prepared)
      .sink(parquetSink({ dataset: 'documents' }))
    sink('chunks')
      .from(chunks)
      .sink(parquetSink({ dataset: 'chunks' }))
    sink('embeddings')
      .from(embeddings)
      .sink(parquetSink({ dataset: 'embeddings' }))
    sink('classifications')
      .from(classifications)
      .sink(parquetSink({ dataset: 'classifications' }))
    sink('summaries')
      .from(summaries)
      .sink(parquetSink({ dataset: 'summaries' }))
    // @ts-expect-error -- a dataset takes the events of its own topic only
    const wrong: Sink<PreparedDocument> = parquetSink({ dataset: 'chunks' })
    assert.equal(wrong.name, 'parquet-chunks')
    assert.equal(builder.build().subTopologies.length, 9)
  })
})
