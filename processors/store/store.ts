import type { Uri } from '../../schemas/brands.ts'
import type { Facts } from '../../topology/model/outcome.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import type { Packed, StoredDocument } from './packed.ts'

/** Writes the text first, then its chunk sets: a chunk set in the store always has its text. */
export const storePacked = async (
  objects: ObjectStore,
  { prepared, sets }: Packed,
  parallel: number,
): Promise<StoredDocument> => {
  await objects.put(prepared.object.name, prepared.object.bytes)
  for (let at = 0; at < sets.length; at += parallel) {
    const piece = sets.slice(at, at + parallel)
    await Promise.all(piece.map(({ object }) => objects.put(object.name, object.bytes)))
  }
  const preparedUri = objects.uriOf(prepared.object.name)
  return {
    prepared: { uri: preparedUri, ...prepared.event },
    chunkSets: sets.map(({ object, event }) => ({
      uri: objects.uriOf(object.name),
      preparedUri,
      ...event,
    })),
  }
}

/** For the ledger. Redactions are counted as `redacted.<TYPE>`. */
export const factsOf = ({ prepared, chunkSets }: StoredDocument): Facts => {
  const redacted = Object.entries(prepared.redactions).map(
    ([type, count]) => [`redacted.${type}`, count] as const,
  )
  const uris = [prepared.uri, ...chunkSets.map(({ uri }) => uri)]
  return {
    outputs: uris.filter((uri): uri is Uri => uri !== null),
    counts: {
      characters: prepared.characters,
      tokens: prepared.tokens,
      chunks: prepared.chunks,
      chunkSets: chunkSets.length,
      ...Object.fromEntries(redacted),
    },
  }
}
