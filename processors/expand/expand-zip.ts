import { createHash } from 'node:crypto'
import type { Entry, ZipFile } from 'yauzl'
import { inflateEntry, openSourceZip, zipEntries, type ZipEntry } from '../formats/source-zip.ts'
import { formatMemberUri, type MemberUri } from '../../topology/model/member-uri.ts'
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
 * when it is small enough to be kept while its members are fetched. The directory is read twice, never held. An entry that
 * cannot be told by its name, or has the name of an earlier one, is a document by its position, which fetch dead-letters.
 */
export async function* expandZip(
  source: ContainerSource,
  options: ExpandOptions,
  expandStream: ExpandStream,
): AsyncGenerator<Member> {
  const root = await slackRootOf(source)
  const zip = await openSourceZip(source.sources, source.uri, source.bytes)
  const isTaken = createTakenNames()
  try {
    for await (const found of zipEntries(zip)) {
      const { entry, name } = found
      if (found.isFolder || (name !== undefined && isLitter(name))) continue
      if (name === undefined || isTaken(name)) yield nameless(source, found)
      else if (root === undefined)
        yield* expandEntry(zip, { entry, name }, source, options, expandStream)
      else if (isSlackDay(name, root))
        yield slackDayMember(
          { file: source.uri, entry: name, users: `${root}users.json` },
          name,
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
    for await (const { name } of zipEntries(zip)) if (name !== undefined) finder.see(name)
    return finder.root()
  } finally {
    zip.close()
  }
}

/** What file managers leave behind is no document. */
const isLitter = (name: string): boolean =>
  name.startsWith('__MACOSX/') || /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/.test(name)

/** Names that are remembered to find a second entry of the same name; in a larger zip the second may go as a replay. */
const MOST_NAMES = 1_000_000

/** Whether a name has come before. Of a name 12 bytes are kept. */
const createTakenNames = (): ((name: string) => boolean) => {
  const seen = new Set<string>()
  return (name) => {
    const hash = createHash('sha256').update(name).digest('base64').slice(0, 16)
    if (seen.has(hash)) return true
    if (seen.size < MOST_NAMES) seen.add(hash)
    return false
  }
}

const nameless = ({ uri }: ContainerSource, { entry, position }: ZipEntry): Member => ({
  uri: formatMemberUri({ file: uri, position }),
  name: `entry-${position}`,
  bytes: entry.uncompressedSize,
  modifiedAt: timeOf(entry),
})

interface NamedEntry {
  readonly entry: Entry
  readonly name: string
}

async function* expandEntry(
  zip: ZipFile,
  { entry, name }: NamedEntry,
  source: ContainerSource,
  options: ExpandOptions,
  expandStream: ExpandStream,
): AsyncGenerator<Member> {
  const place = { file: source.uri, entry: name }
  const inner = await innerContainer(zip, { entry, name }, options)
  if (inner === undefined) {
    yield {
      uri: formatMemberUri(place),
      name: name.slice(name.lastIndexOf('/') + 1),
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
  { entry, name }: NamedEntry,
  options: ExpandOptions,
): Promise<StreamedContainer | undefined> => {
  if (!/\.(?:mbox|mbx|csv|tsv|jsonl|ndjson)$/i.test(name)) return undefined
  if (entry.isEncrypted() || entry.uncompressedSize > options.maxInnerBytes) return undefined
  const limits = { ...options, maxBytes: options.maxInnerBytes }
  const type = detectContainer(await headOf(inflateEntry(zip, entry, limits)), name)
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
