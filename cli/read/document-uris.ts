import type { ContainerEvent, DocumentEvent } from '../../schemas/generated/types.ts'
import type { Topic } from '../../topology/model/topic.ts'
import { Undecodable } from '../../topology/ports/schema-registry.ts'
import type { ArchiveView } from './archive-view.ts'
import type { FoundDeadLetter } from './dead-letters.ts'
import { readTopic } from './read-topic.ts'

/** What of an archive the places of documents are read from. */
export type EventView = Pick<ArchiveView, 'topology' | 'log' | 'registry'>

/** The topics whose events say where something is: documents and containers. */
const eventTopics = ({ topology }: EventView) =>
  topology.topics.filter(
    ({ name }) => name === 'archive.documents' || name === 'archive.containers',
  ) as unknown as readonly Topic<DocumentEvent | ContainerEvent>[]

/**
 * Where documents and containers were read from, by id: what `publish` was told, so it may name people. One pass over the
 * events, however many ids; those that the archive was never told of are left out.
 */
export const urisOf = async (
  view: EventView,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, string>> => {
  const keys = new Set(ids)
  const uris = new Map<string, string>()
  if (keys.size === 0) return uris
  for (const topic of eventTopics(view)) {
    const records = readTopic(view.log, view.registry, topic, { keys })
    for await (const { decoded } of records) uris.set(decoded.documentId, decoded.uri)
  }
  return uris
}

/** `uri` is undefined where the event cannot be decoded, or came from somebody who published no document of that id. */
export type Located<F extends FoundDeadLetter> = F & { readonly uri: string | undefined }

/** Letters that are looked up together. */
const batchSize = 1000

/** Dead letters with the places of their documents, in their order and in constant memory. */
export async function* locate<F extends FoundDeadLetter>(
  view: EventView,
  letters: AsyncIterable<F> | Iterable<F>,
): AsyncGenerator<Located<F>> {
  const uriInside = await insideReader(view)
  let batch: Located<F>[] = []
  for await (const found of letters) {
    batch.push({ ...found, uri: await uriInside(found) })
    if (batch.length < batchSize) continue
    yield* await withUris(view, batch)
    batch = []
  }
  yield* await withUris(view, batch)
}

const withUris = async <F extends FoundDeadLetter>(
  view: EventView,
  letters: readonly Located<F>[],
): Promise<readonly Located<F>[]> => {
  const ids = letters.flatMap(({ letter, uri }) =>
    uri === undefined ? (letter.documentId ?? []) : [],
  )
  const uris = await urisOf(view, ids)
  return letters.map((each) => ({
    ...each,
    uri: each.uri ?? uris.get(each.letter.documentId ?? ''),
  }))
}

/** Letters of expand and prepare, which most are, carry the event itself. */
const insideReader = async (view: EventView) => {
  const topics = eventTopics(view)
  const serdes = new Map(
    await Promise.all(
      topics.map(
        async ({ name, codec }) => [name as string, await view.registry.open(codec)] as const,
      ),
    ),
  )
  return async ({ letter }: FoundDeadLetter): Promise<string | undefined> => {
    try {
      return (await serdes.get(letter.sourceTopic)?.decode(letter.originalValue))?.uri
    } catch (error) {
      if (error instanceof Undecodable) return undefined
      throw error
    }
  }
}
