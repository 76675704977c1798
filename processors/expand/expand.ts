import { FetchRefusal } from '../../topology/model/fetch-code.ts'
import { formatMemberUri, type ByteRange, type MemberUri } from '../../topology/model/member-uri.ts'
import { expandZip } from './expand-zip.ts'
import { MAIL_TYPE, REVIEW_TYPE, type ContainerSource, type Member } from './member.ts'
import { defaultExpandOptions, type ExpandOptions } from './options.ts'
import { splitMailLog, splitRecords } from './split-lines.ts'
import { splitMbox } from './split-mbox.ts'

/**
 * Lists the documents of a container in order, reading it as a stream: constant memory whatever its size. Expanding the same
 * bytes again gives the same members.
 *
 * @throws FetchRefusal `container-broken`, `encrypted`, `expansion`, `too-large`
 * @throws SourceError when the file cannot be read
 */
export async function* expand(
  source: ContainerSource,
  options: ExpandOptions = defaultExpandOptions,
): AsyncGenerator<Member> {
  let members = 0
  for await (const member of membersOf(source, options)) {
    members += 1
    if (members > options.maxMembers)
      throw new FetchRefusal('too-large', `more than ${options.maxMembers} members`)
    yield member
  }
}

const membersOf = (source: ContainerSource, options: ExpandOptions): AsyncIterable<Member> => {
  const { uri, type, modifiedAt, sources } = source
  const place = { file: uri }
  switch (type) {
    case 'MBOX':
    case 'MAIL_LOG':
    case 'CSV':
    case 'JSONL':
      return expandStream(type, place, modifiedAt, () => sources.read(uri))
    case 'ZIP':
    case 'SLACK_EXPORT':
      return expandZip(source, options, expandStream)
    case 'UNKNOWN':
      throw new FetchRefusal('container-broken', 'the container is of no known kind')
  }
}

/** Containers that are read from front to back. */
export type StreamedContainer = 'MBOX' | 'MAIL_LOG' | 'CSV' | 'JSONL'

/** Lists the documents of a file or a zip entry that is read from front to back. `read` starts anew. */
export async function* expandStream(
  type: StreamedContainer,
  place: MemberUri,
  modifiedAt: number,
  read: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Member> {
  switch (type) {
    case 'MBOX':
      return yield* numbered(splitMbox(read()), place, modifiedAt)
    case 'MAIL_LOG':
      return yield* numbered(splitMailLog(read()), place, modifiedAt)
    case 'CSV':
      return yield* rows(splitRecords(read(), true), place, modifiedAt, true)
    case 'JSONL':
      return yield* rows(splitRecords(read(), false), place, modifiedAt, false)
  }
}

async function* numbered(
  ranges: AsyncIterable<ByteRange>,
  place: MemberUri,
  modifiedAt: number,
): AsyncGenerator<Member> {
  let ordinal = 0
  for await (const bytes of ranges) {
    ordinal += 1
    yield {
      uri: formatMemberUri({ ...place, bytes }),
      name: `${ordinal}.eml`,
      bytes: bytes.end - bytes.start,
      type: MAIL_TYPE,
      modifiedAt,
    }
  }
}

async function* rows(
  records: AsyncIterable<ByteRange>,
  place: MemberUri,
  modifiedAt: number,
  headed: boolean,
): AsyncGenerator<Member> {
  let header: ByteRange | undefined
  let row = 0
  for await (const bytes of records) {
    if (headed && header === undefined) {
      header = bytes
      continue
    }
    row += 1
    yield {
      uri: formatMemberUri({ ...place, row, bytes, ...(header && { header }) }),
      name: `${row}.json`,
      bytes: bytes.end - bytes.start,
      type: REVIEW_TYPE,
      modifiedAt,
    }
  }
}
