import type { Uri } from '../../schemas/brands.ts'
import type { SourceStore } from '../../topology/ports/source-store.ts'

const schemeOf = (uri: string): string => uri.slice(0, Math.max(0, uri.indexOf(':')))

/** Sources of several stores, by the scheme of their URIs. Others go to `fallback`, which refuses what it does not know. */
export const createSourceStoreByScheme = (
  stores: Readonly<Record<string, SourceStore>>,
  fallback: SourceStore,
): SourceStore => {
  const known = new Map(Object.entries(stores))
  const storeOf = (uri: Uri): SourceStore => known.get(schemeOf(uri)) ?? fallback
  return {
    stat: (uri) => storeOf(uri).stat(uri),
    read: (uri, range) => storeOf(uri).read(uri, range),
  }
}
