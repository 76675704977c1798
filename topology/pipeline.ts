import { admit, admitContainers } from '../processors/admit/index.ts'
import { chunkStage } from '../processors/chunk/index.ts'
import type { ChunkOptions } from '../processors/chunk/options.ts'
import { expandStage } from '../processors/expand/index.ts'
import type { ExpandOptions } from '../processors/expand/options.ts'
import { fetchStage } from '../processors/fetch/index.ts'
import type { FetchOptions } from '../processors/fetch/options.ts'
import { parseStage } from '../processors/parse/index.ts'
import type { ParseOptions } from '../processors/parse/options.ts'
import { recogniseStage, type RecogniseOptions } from '../processors/recognise/index.ts'
import { redactStage, type RedactStageOptions } from '../processors/redact/index.ts'
import { pack, store, type PackOptions, type StoreOptions } from '../processors/store/index.ts'
import { tokeniserOnce, tokeniseStage } from '../processors/tokenise/index.ts'
import type { TokeniseOptions } from '../processors/tokenise/options.ts'
import type { PoolOptions } from '../gpu-runners/batching/options.ts'
import { createClassifyStage } from '../gpu-runners/classify/index.ts'
import { createEmbedStage } from '../gpu-runners/embed/index.ts'
import type { ClassifyCard, EmbedCard } from '../gpu-runners/models/model-card.ts'
import { createSummariseStage } from '../gpu-runners/summarise/index.ts'
import type { SummariseOptions } from '../gpu-runners/summarise/options.ts'
import type { ParquetOptions } from '../sinks/parquet/options.ts'
import { storeSummary, summarySink, type SummaryOptions } from '../sinks/summaries/index.ts'
import { vectorSink, type VectorOptions } from '../sinks/vectors/index.ts'
import { topology } from './model/builder.ts'
import { askingPassingErasures, purePassingErasures } from './model/draft.ts'
import type { Topology } from './model/topology.ts'
import { parquetSinks } from './parquet-sinks.ts'
import type { Identity } from './ports/identity.ts'
import { createTopics } from './topics.ts'

/** What the pipeline is. Plain data: it is cloned to the worker threads, which build the same graph from it. */
export interface PipelineOptions {
  readonly identity: Identity
  readonly partitions: number
  readonly expand: ExpandOptions
  readonly fetch: FetchOptions
  readonly parse: ParseOptions
  /** With `ner` a model is asked for names before; the port `ner` has to be there then. */
  readonly redact: RedactStageOptions & {
    readonly ner?: Pick<RecogniseOptions, 'model'> & Partial<RecogniseOptions>
  }
  readonly tokenise: TokeniseOptions
  readonly chunk: ChunkOptions
  readonly embed: { readonly card: EmbedCard; readonly pool: Partial<PoolOptions> }
  readonly classify: {
    readonly cards: readonly ClassifyCard[]
    readonly pool: Partial<PoolOptions>
  }
  readonly summarise: Pick<SummariseOptions, 'card' | 'pool'> & Partial<SummariseOptions>
  readonly pack: PackOptions
  readonly store: StoreOptions
  readonly parquet: Partial<ParquetOptions>
  readonly vectors: VectorOptions
  readonly summaries: SummaryOptions
}

/** The whole graph, top to bottom in the order in which records flow. Building it has no side effects. */
export const createPipeline = (options: PipelineOptions): Topology => {
  const { topics, deadLetters, ledger } = createTopics(options.partitions)
  const graph = topology('archive', { topics: Object.values(topics), deadLetters, ledger })

  graph
    .subTopology('expand', 'Containers become one document event per member')
    .from(topics.containers)
    .via(admitContainers())
    .via(expandStage(options.expand))
    .to(topics.documents, { key: (event) => event.documentId })

  const tokeniser = tokeniserOnce(options.tokenise)
  const { ner } = options.redact
  const parsed = graph
    .subTopology('prepare', 'Documents become redacted text and chunks')
    .from(topics.documents)
    .via(admit())
    .via(askingPassingErasures(fetchStage(options.fetch)))
    .via(purePassingErasures(parseStage(options.parse)))
  const stored = (ner ? parsed.via(askingPassingErasures(recogniseStage(ner))) : parsed)
    .via(purePassingErasures(redactStage(options.redact)))
    .via(purePassingErasures(tokeniseStage(tokeniser, options.tokenise)))
    .via(purePassingErasures(chunkStage(options.chunk, tokeniser)))
    .via(purePassingErasures(pack(options.identity, options.pack)))
    .via(store(options.store))
  stored.select('prepared', ({ prepared }) => [prepared]).to(topics.prepared)
  stored.select('chunk-sets', ({ chunkSets }) => chunkSets).to(topics.chunks)

  graph
    .subTopology('embed', 'Chunks become vectors')
    .from(topics.chunks)
    .via(createEmbedStage(options.embed))
    .to(topics.embeddings)

  graph
    .subTopology('classify', 'Chunks get labels')
    .from(topics.chunks)
    .via(createClassifyStage(options.classify))
    .to(topics.classifications)

  graph
    .subTopology('summarise', 'Documents get a summary, stored as an object before its event')
    .from(topics.prepared)
    .via(createSummariseStage(options.summarise))
    .via(storeSummary(options.summaries))
    .to(topics.summaries)

  graph
    .subTopology('vectors', 'Vectors go into the index')
    .from(topics.embeddings)
    .sink(vectorSink(options.vectors))

  const parquet = graph.subTopology('parquet', 'Results go into Parquet files, by tenant and date')
  const files = parquetSinks(options.parquet)
  parquet.from(topics.prepared).sink(files.prepared)
  parquet.from(topics.chunks).sink(files.chunks)
  parquet.from(topics.embeddings).sink(files.embeddings)
  parquet.from(topics.classifications).sink(files.classifications)
  parquet.from(topics.summaries).sink(files.summaries)

  graph
    .subTopology('summaries', 'The newest summary of every document goes into the cache')
    .from(topics.summaries)
    .sink(summarySink(options.summaries))

  return graph.build()
}
