import type { ContainerEvent, DocumentEvent } from '../../schemas/generated/types.ts'
import { envelopeOf, producedBy } from '../../topology/model/envelope.ts'
import { Rejected } from '../../topology/model/failure.ts'
import { deadLetter, forwardStream } from '../../topology/model/outcome.ts'
import type { AskingStage, StageContext } from '../../topology/model/stage.ts'
import { documentIdOf } from '../../topology/model/uuid.ts'
import { SourceError } from '../../topology/ports/source-store.ts'
import { dispositionOf, FetchRefusal, type FetchCode } from '../../topology/model/fetch-code.ts'
import { parseMemberUri } from '../../topology/model/member-uri.ts'
import { expand } from './expand.ts'
import type { Member } from './member.ts'
import { defaultExpandOptions, type ExpandOptions } from './options.ts'

const NAME = 'expand'
const VERSION = 1

/**
 * The stage that turns a container into one document event per member. Ids come from the members' URIs and the revision from
 * the container, so doing it again gives the same events. An ERASE of a container erases each member.
 */
export const expandStage = (
  options: ExpandOptions = defaultExpandOptions,
): AskingStage<ContainerEvent, DocumentEvent> => ({
  kind: 'asking',
  name: NAME,
  version: VERSION,
  order: 'key',
  doc: 'Lists the members of an mbox, a zip, a chat export or a table as documents of their own.',
  concurrency: options.concurrency,
  timeoutMs: options.timeoutMs,
  streams: true,
  settings: {
    maxMembers: options.maxMembers,
    maxInnerBytes: options.maxInnerBytes,
    ratio: options.ratio,
    ratioFloorBytes: options.ratioFloorBytes,
  },
  run: async (event, context) => {
    const place = parseMemberUri(event.uri)
    if ('problem' in place) return deadLetter(failureOf(place.problem))
    try {
      await context.ports.sources.stat(place.file)
    } catch (error) {
      return deadLetter(failureOf(codeOf(error)))
    }
    return forwardStream({
      [Symbol.asyncIterator]: () => documentEvents(event, context, options),
    })
  },
})

/** Runs after the attempt that made it, so the signal of that attempt says nothing here: whoever reads stops reading. */
async function* documentEvents(
  event: ContainerEvent,
  context: StageContext,
  options: ExpandOptions,
): AsyncGenerator<DocumentEvent> {
  const { sources } = context.ports
  try {
    const { bytes, modifiedAt } = await sources.stat(event.uri)
    const source = { uri: event.uri, type: event.containerType, bytes, modifiedAt, sources }
    for await (const member of expand(source, options))
      yield toDocumentEvent(event, member, context)
  } catch (error) {
    throw new Rejected(failureOf(codeOf(error)))
  }
}

const toDocumentEvent = (
  event: ContainerEvent,
  member: Member,
  { ports }: StageContext,
): DocumentEvent => ({
  ...envelopeOf(event, producedBy({ name: NAME, version: VERSION }, ports.identity)),
  documentId: documentIdOf(event.tenantId, member.uri),
  operation: event.operation,
  uri: member.uri,
  name: member.name,
  bytes: BigInt(member.bytes),
  sha256: null,
  declaredType: member.type ?? null,
  modifiedAt: member.modifiedAt ?? event.modifiedAt,
  containerUri: event.uri,
  attributes: {},
  // The container's was settled by admit, and only grows.
  revisionKind: 'VERSION',
})

/** @throws faults and bugs as they are */
const codeOf = (error: unknown): FetchCode => {
  if (error instanceof FetchRefusal || error instanceof SourceError) return error.code
  throw error
}

const failureOf = (code: FetchCode): Rejected['failure'] => ({
  disposition: dispositionOf[code],
  code,
  message: `expand: the container cannot be read (${code})`,
})
