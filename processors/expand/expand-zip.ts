import type { Entry, ZipFile } from 'yauzl'
import { inflateEntry, openSourceZip, zipEntries } from '../fetch/source-zip.ts'
import { formatMemberUri, type MemberUri } from '../fetch/member-uri.ts'
import { CONTAINER_HEAD_BYTES, detectContainer } from './detect-container.ts'
import type { StreamedContainer } from './expand.ts'
import type { ContainerSource, Member } from './member.ts'
import type { ExpandOptions } from './options.ts'
import { createSlackExportFinder, isSlackDay, slackDayMember } from './slack-export.ts'

type ExpandStream = (
  type: StreamedContainer,
  place: MemberUri,
  modifiedAt: number,
  read: () => AsyncIterable<Uint8Array>,
) => AsyncIterable<Member>

/**
 * The documents of a zip: of a Slack export its days, of any other zip its files; an mbox or a table inside is expanded itself
 * when it is small enough to be kept while its members are fetched. The directory is read twice, never held.
 */
export async function* expandZip(
  source: ContainerSource,
  options: ExpandOptions,
  expandStream: ExpandStream,
): AsyncGenerator<Member> {
  const root = await slackRootOf(source)
  const zip = await openSourceZip(source.sources, source.uri, source.bytes)
  try {
    for await (const entry of zipEntries(zip)) {
      if (!isDocument(entry.fileName)) continue
      if (root === undefined) yield* expandEntry(zip, entry, source, options, expandStream)
      else if (isSlackDay(entry.fileName, root))
        yield slackDayMember(
          { file: source.uri, entry: entry.fileName, users: `${root}users.json` },
          entry.fileName,
          entry.uncompressedSize,
          timeOf(entry),
        )
    }
  } finally {
    zip.close()
  }
}

const slackRootOf = async (source: ContainerSource): Promise<string | undefined> => {
  const zip = await openSourceZip(source.sources, source.uri, source.bytes)
  try {
    const finder = createSlackExportFinder()
    for await (const entry of zipEntries(zip)) finder.see(entry.fileName)
    return finder.root()
  } finally {
    zip.close()
  }
}

/** Folders and what file managers leave behind are no documents. */
const isDocument = (name: string): boolean =>
  !name.endsWith('/') &&
  !name.startsWith('__MACOSX/') &&
  !/(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/.test(name)

async function* expandEntry(
  zip: ZipFile,
  entry: Entry,
  source: ContainerSource,
  options: ExpandOptions,
  expandStream: ExpandStream,
): AsyncGenerator<Member> {
  const place = { file: source.uri, entry: entry.fileName }
  const inner = await innerContainer(zip, entry, options)
  if (inner === undefined) {
    yield {
      uri: formatMemberUri(place),
      name: entry.fileName.slice(entry.fileName.lastIndexOf('/') + 1),
      bytes: entry.uncompressedSize,
      modifiedAt: timeOf(entry),
    }
    return
  }
  const limits = { ...options, maxBytes: options.maxInnerBytes }
  yield* expandStream(inner, place, timeOf(entry), () => inflateEntry(zip, entry, limits))
}

/** The kind of an entry that is a container itself; one that cannot be read is left to fetch to complain about. */
const innerContainer = async (
  zip: ZipFile,
  entry: Entry,
  options: ExpandOptions,
): Promise<StreamedContainer | undefined> => {
  if (!/\.(?:mbox|mbx|csv|tsv|jsonl|ndjson)$/i.test(entry.fileName)) return undefined
  if (entry.isEncrypted() || entry.uncompressedSize > options.maxInnerBytes) return undefined
  const limits = { ...options, maxBytes: options.maxInnerBytes }
  const type = detectContainer(await headOf(inflateEntry(zip, entry, limits)), entry.fileName)
  return type === 'MBOX' || type === 'MAIL_LOG' || type === 'CSV' || type === 'JSONL'
    ? type
    : undefined
}

const headOf = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const head: Buffer[] = []
  let length = 0
  try {
    for await (const piece of pieces) {
      head.push(piece)
      length += piece.length
      if (length >= CONTAINER_HEAD_BYTES) break
    }
  } catch {
    // Damaged: fetch says so when the entry is read as a document.
    return Buffer.alloc(0)
  }
  return Buffer.concat(head)
}

/** DOS times carry no zone: they are read as UTC, so that every machine gives the same. */
const timeOf = (entry: Entry): number => entry.getLastModDate({ timezone: 'UTC' }).getTime()
