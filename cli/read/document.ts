import { decodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec, preparedTextCodec } from '../../schemas/generated/codecs.ts'
import type {
  ChunkRecord,
  ChunkSet,
  ClassificationSet,
  EmbeddingSet,
  LedgerEntry,
  PreparedDocument,
  PreparedText,
  Summary,
} from '../../schemas/generated/types.ts'
import type { Topic, TopicInfo } from '../../topology/model/topic.ts'
import type { ArchiveView } from './archive-view.ts'
import { deadLettersOf, printable } from './dead-letters.ts'
import { urisOf } from './document-uris.ts'
import { readTopic } from './read-topic.ts'

/** Everything the archive knows of one document. */
export interface DocumentStory {
  readonly documentId: string
  /** Where it was read from; what `publish` was told, so it may name people. */
  readonly uri: string | undefined
  /** What happened, oldest first. */
  readonly ledger: readonly LedgerEntry[]
  readonly revisions: readonly RevisionStory[]
  readonly models: readonly UsedModel[]
  readonly summary: Summary | undefined
  readonly deadLetters: readonly ReturnType<typeof printable>[]
}

/** A stage and its model; several of one stage are joined by `+`, their versions likewise. */
export interface UsedModel {
  readonly stage: string
  readonly model: string
  readonly modelVersion: string
}

/** One prepared revision. */
export interface RevisionStory {
  readonly prepared: PreparedDocument
  /** Undefined when the file is gone, as after an erasure. */
  readonly text: PreparedText | undefined
  /** In order; none when their files are gone. */
  readonly chunks: readonly ChunkPlaces[]
}

/** Where a chunk is in the redacted text, in three units, and in the text before redaction. No text. */
export type ChunkPlaces = PlacesOfRecord & {
  /** Token ids of the header before it; 0 where there is none. Not among `tokens`. */
  readonly headerTokens: number
}

type PlacesOfRecord = Pick<
  ChunkRecord,
  | 'id'
  | 'ordinal'
  | 'tokens'
  | 'start'
  | 'end'
  | 'startByte'
  | 'endByte'
  | 'startCodePoint'
  | 'endCodePoint'
  | 'sourceStart'
  | 'sourceEnd'
>

const topicNamed = <V>(view: ArchiveView, name: string): Topic<V> => {
  const topic: TopicInfo | undefined = view.topology.topics.find((each) => each.name === name)
  if (!topic) throw new Error(`topology ${view.topology.name} has no topic ${name}`)
  return topic as unknown as Topic<V>
}

/** The document of that id, or undefined when the archive has never seen it. */
export const storyOf = async (
  view: ArchiveView,
  documentId: string,
): Promise<DocumentStory | undefined> => {
  const ledger = await ofDocument(
    view,
    view.topology.ledger as unknown as Topic<LedgerEntry>,
    documentId,
  )
  const prepared = await ofDocument(
    view,
    topicNamed<PreparedDocument>(view, 'archive.prepared'),
    documentId,
  )
  const summaries = await ofDocument(
    view,
    topicNamed<Summary>(view, 'archive.summaries'),
    documentId,
  )
  const deadLetters: ReturnType<typeof printable>[] = []
  const uri = (await urisOf(view, [documentId])).get(documentId)
  for await (const found of deadLettersOf(view)) {
    if (found.letter.documentId === documentId) deadLetters.push(printable(found, uri))
  }
  if (ledger.length + prepared.length + deadLetters.length === 0) return undefined
  const sets = await ofDocument(view, topicNamed<ChunkSet>(view, 'archive.chunks'), documentId)
  const revisions = await Promise.all(prepared.map((each) => revisionOf(view, each, sets)))
  const sorted = [...ledger].sort((a, b) => a.finishedAt - b.finishedAt)
  const models = await modelsOf(view, documentId, summaries)
  return {
    documentId,
    uri,
    ledger: sorted,
    revisions,
    models,
    summary: summaries.at(-1),
    deadLetters,
  }
}

const revisionOf = async (
  view: ArchiveView,
  prepared: PreparedDocument,
  sets: readonly ChunkSet[],
): Promise<RevisionStory> => {
  const bytes = prepared.uri === null ? undefined : await view.objects.get(prepared.uri)
  const mine = sets.filter(
    ({ preparedUri }) => preparedUri !== null && preparedUri === prepared.uri,
  )
  const chunks = await Promise.all(mine.map(({ uri }) => placesIn(view, uri)))
  return {
    prepared,
    text: bytes && decodeFile(preparedTextCodec, bytes),
    chunks: chunks.flat().sort((a, b) => a.ordinal - b.ordinal),
  }
}

const placesIn = async (view: ArchiveView, uri: ChunkSet['uri']): Promise<ChunkPlaces[]> => {
  const bytes = uri === null ? undefined : await view.objects.get(uri)
  if (!bytes) return []
  return decodeFile(chunkFileCodec, bytes).chunks.map(placesOf)
}

const placesOf = (chunk: ChunkRecord): ChunkPlaces => {
  const { id, ordinal, tokens, start, end, startByte, endByte } = chunk
  const { startCodePoint, endCodePoint, sourceStart, sourceEnd } = chunk
  return {
    id,
    ordinal,
    tokens,
    start,
    end,
    startByte,
    endByte,
    startCodePoint,
    endCodePoint,
    sourceStart,
    sourceEnd,
    headerTokens: (chunk.headerIds?.byteLength ?? 0) / Int32Array.BYTES_PER_ELEMENT,
  }
}

/** Every topic but that of the dead letters has the document id for its key. */
const ofDocument = async <V>(
  view: ArchiveView,
  topic: Topic<V>,
  documentId: string,
): Promise<readonly V[]> => {
  const found: V[] = []
  const records = readTopic(view.log, view.registry, topic, { keys: new Set([documentId]) })
  for await (const { decoded } of records) found.push(decoded)
  return found
}

/** Models that made something of the document, each once, in the order of their stages. */
const modelsOf = async (
  view: ArchiveView,
  documentId: string,
  summaries: readonly Summary[],
): Promise<readonly UsedModel[]> => {
  const embeddings = topicNamed<EmbeddingSet>(view, 'archive.embeddings')
  const classifications = topicNamed<ClassificationSet>(view, 'archive.classifications')
  const made = [
    ...(await ofDocument(view, embeddings, documentId)),
    ...(await ofDocument(view, classifications, documentId)),
    ...summaries,
  ]
  const used = new Map<string, UsedModel>()
  for (const { producedBy } of made) {
    const { stage, model, modelVersion } = producedBy
    if (model === null || modelVersion === null) continue
    used.set(`${stage} ${model} ${modelVersion}`, { stage, model, modelVersion })
  }
  return [...used.values()]
}
