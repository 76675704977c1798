import type { DeadLetter, LedgerEntry } from '../../schemas/generated/types.ts'
import type { Topic } from '../../topology/model/topic.ts'
import type { ArchiveView } from './archive-view.ts'
import { readTopic } from './read-topic.ts'

/** Events of these topics are of a whole document or container, so one that goes through makes up for those before it. */
const eventTopics: ReadonlySet<string> = new Set(['archive.documents', 'archive.containers'])

/** A letter of a whole event, not of a part of one that went through. */
export const isOfWholeEvent = ({ documentId, itemId, sourceTopic }: DeadLetter): boolean =>
  documentId !== null && itemId === null && eventTopics.has(sourceTopic)

type Source = Pick<LedgerEntry, 'documentId' | 'subTopology' | 'sourceTopic' | 'sourcePartition'>

const placeOf = (source: Source): string =>
  `${source.documentId} ${source.subTopology} ${source.sourceTopic} ${source.sourcePartition}`

/**
 * Tells letters whose document went through the same sub-topology by a later event, archived or erased: nobody has to act on them. Events of a
 * document are in one partition, so their offsets are their order. One pass over the ledger; in memory is an entry for each of
 * these documents.
 */
export const supersededAmong = async (
  view: Pick<ArchiveView, 'topology' | 'log' | 'registry'>,
  documentIds: ReadonlySet<string>,
): Promise<(letter: DeadLetter) => boolean> => {
  const last = new Map<string, bigint>()
  if (documentIds.size === 0) return () => false
  const ledger = view.topology.ledger as unknown as Topic<LedgerEntry>
  const records = readTopic(view.log, view.registry, ledger, { keys: documentIds })
  for await (const { decoded } of records) {
    if (decoded.outcome !== 'FORWARDED') continue
    const place = placeOf(decoded)
    const offset = decoded.sourceOffset
    if (offset > (last.get(place) ?? -1n)) last.set(place, offset)
  }
  return (letter) => {
    const { documentId, sourceOffset } = letter
    if (documentId === null || !isOfWholeEvent(letter)) return false
    return (last.get(placeOf({ ...letter, documentId })) ?? -1n) > sourceOffset
  }
}
