import type { Entry } from 'yauzl'
import type { Uri } from '../../schemas/brands.ts'
import type { SourceStat, SourceStore } from '../../topology/ports/source-store.ts'
import { FetchRefusal } from '../../topology/model/fetch-code.ts'
import { createLeastRecentlyUsed } from '../../topology/model/least-recently-used.ts'
import type { FetchOptions } from './options.ts'
import { inflateEntry, openSourceZip, zipEntries, type ZipEntry } from '../formats/source-zip.ts'

/**
 * Remembers directories of zips and a few inflated entries, since the members of one zip are usually fetched one after the
 * other. What it remembers is keyed by size and time of the file, so a changed zip is read anew.
 */
export interface ZipShelf {
  /** `keep` holds the inflated bytes for further members of the same entry. */
  readonly readEntry: (
    sources: SourceStore,
    file: Uri,
    name: string,
    keep: boolean,
  ) => Promise<Uint8Array>
  /** A small derived value, made once while it is among the last used. */
  readonly remember: (
    key: string,
    make: () => Promise<ReadonlyMap<string, string>>,
  ) => Promise<ReadonlyMap<string, string>>
}

type Directory = ReadonlyMap<string, Entry>

export const createZipShelf = (options: FetchOptions): ZipShelf => {
  const directories = createLeastRecentlyUsed<Promise<Directory>>(8, () => 1)
  const contents = createLeastRecentlyUsed<Uint8Array>(options.keptBytes, (bytes) => bytes.length)
  const derived = createLeastRecentlyUsed<Promise<ReadonlyMap<string, string>>>(16, () => 1)

  const directoryOf = (sources: SourceStore, file: Uri, stat: SourceStat): Promise<Directory> => {
    const key = keyOf(file, stat)
    const known = directories.get(key)
    if (known !== undefined) return known
    const reading = readDirectory(sources, file, stat.bytes, options.rememberedEntries)
    directories.set(key, reading)
    reading.catch(() => directories.remove(key))
    return reading
  }

  return {
    readEntry: async (sources, file, name, keep) => {
      const stat = await sources.stat(file)
      const contentKey = `${keyOf(file, stat)}#${name}`
      const kept = contents.get(contentKey)
      if (kept !== undefined) return kept
      const directory = await directoryOf(sources, file, stat)
      const bytes = await readZipEntry(sources, file, stat.bytes, directory, name, options)
      if (keep && bytes.length <= options.keptBytes) contents.set(contentKey, bytes)
      return bytes
    },
    remember: (key, make) => {
      const known = derived.get(key)
      if (known !== undefined) return known
      const made = make()
      derived.set(key, made)
      made.catch(() => derived.remove(key))
      return made
    },
  }
}

const keyOf = (file: Uri, stat: SourceStat): string => `${file}|${stat.bytes}|${stat.modifiedAt}`

/** The first `most` entries by name; of equal names the first counts. */
const readDirectory = async (
  sources: SourceStore,
  file: Uri,
  bytes: number,
  most: number,
): Promise<Directory> => {
  const zip = await openSourceZip(sources, file, bytes)
  try {
    const entries = new Map<string, Entry>()
    for await (const { entry, name } of zipEntries(zip)) {
      if (name !== undefined && !entries.has(name)) entries.set(name, entry)
      if (entries.size >= most) break
    }
    return entries
  } finally {
    zip.close()
  }
}

const readZipEntry = async (
  sources: SourceStore,
  file: Uri,
  size: number,
  directory: Directory,
  name: string,
  options: FetchOptions,
): Promise<Uint8Array> => {
  const zip = await openSourceZip(sources, file, size)
  try {
    const entry =
      directory.get(name) ??
      (directory.size >= options.rememberedEntries
        ? await findEntry(zipEntries(zip), name)
        : undefined)
    if (entry === undefined)
      throw new FetchRefusal('entry-missing', 'the zip has no entry of that name')
    const pieces: Buffer[] = []
    for await (const piece of inflateEntry(zip, entry, options)) pieces.push(piece)
    return Buffer.concat(pieces)
  } finally {
    zip.close()
  }
}

const findEntry = async (
  entries: AsyncIterable<ZipEntry>,
  name: string,
): Promise<Entry | undefined> => {
  for await (const each of entries) if (each.name === name) return each.entry
  return undefined
}
