import type { CanonicalDocument } from '../../../topology/model/document.ts'
import type { FileContext } from '../embedded.ts'
import { ParseRefusal } from '../parse-code.ts'
import { parseMapiMessage, type MapiAttachment, type MapiMessage } from './mapi-message.ts'
import { MAPI, OBJECT, STRING8, type MapiProperties, type MapiProperty } from './mapi-properties.ts'
import { readTnefProperties, readTnefRows } from './tnef-properties.ts'

export const TNEF_TYPE = 'application/ms-tnef'

/** Attributes that are read (MS-OXTNEF 2.1.3.2), by id. */
const MESSAGE_PROPERTIES = 0x9003
const RECIPIENTS = 0x9004
const ATTACHMENT_PROPERTIES = 0x9005
const ATTACHMENT_START = 0x9002
const ATTACHMENT_NAME = 0x8010
const ATTACHMENT_DATA = 0x800f
const SUBJECT = 0x8004
const BODY = 0x800c
const CODE_PAGE = 0x9007

/**
 * Reads what Outlook sends as winmail.dat: the message that it holds, and its attachments.
 *
 * @throws ParseRefusal `broken`, or a limit
 */
export const parseTnef = async (bytes: Buffer, context: FileContext): Promise<CanonicalDocument> =>
  await parseMapiMessage(tnefMessage(bytes), TNEF_TYPE, context)

/** An attachment while its attributes are read. */
interface Draft {
  name: Buffer | undefined
  data: Buffer | undefined
  properties: MapiProperties
}

const tnefMessage = (bytes: Buffer): MapiMessage => {
  let properties: MapiProperties = new Map()
  const own = new Map<number, MapiProperty>()
  let recipients: readonly MapiProperties[] = []
  const drafts: Draft[] = []
  for (const { id, data } of attributes(bytes)) {
    const last = drafts.at(-1)
    if (id === MESSAGE_PROPERTIES) properties = readTnefProperties(data)
    else if (id === RECIPIENTS) recipients = readTnefRows(data)
    else if (id === SUBJECT) own.set(MAPI.subject, { type: STRING8, value: () => data })
    else if (id === BODY) own.set(MAPI.body, { type: STRING8, value: () => data })
    else if (id === CODE_PAGE) own.set(MAPI.messageCodePage, { type: 3, value: () => data })
    else if (id === ATTACHMENT_START)
      drafts.push({ name: undefined, data: undefined, properties: new Map() })
    else if (last !== undefined && id === ATTACHMENT_NAME) last.name = data
    else if (last !== undefined && id === ATTACHMENT_DATA) last.data = data
    else if (last !== undefined && id === ATTACHMENT_PROPERTIES)
      last.properties = readTnefProperties(data)
  }
  // What MAPI says goes before the older attributes.
  return {
    properties: new Map([...own, ...properties]),
    recipients,
    attachments: drafts.map(attachmentOf),
  }
}

/** Bytes of the interface id before the stream of an attached message. */
const INTERFACE_BYTES = 16

const attachmentOf = ({ name, data, properties }: Draft): MapiAttachment => {
  const object = properties.get(MAPI.attachData)
  const inner = object?.type === OBJECT ? object.value().subarray(INTERFACE_BYTES) : undefined
  if (inner !== undefined && isTnef(inner)) return { properties, message: () => tnefMessage(inner) }
  const content = data ?? inner ?? object?.value()
  const named =
    name === undefined
      ? properties
      : new Map([[MAPI.attachShortName, { type: STRING8, value: () => name }], ...properties])
  return { properties: named, ...(content !== undefined && { content: () => content }) }
}

const SIGNATURE = 0x223e9f78
const HEADER_BYTES = 6

const isTnef = (bytes: Buffer): boolean =>
  bytes.length >= HEADER_BYTES && bytes.readUInt32LE(0) === SIGNATURE

interface Attribute {
  readonly id: number
  readonly data: Buffer
}

/** The attributes up to the end, or to one that claims more bytes than there are: of that, what there is. */
function* attributes(bytes: Buffer): Generator<Attribute> {
  if (!isTnef(bytes)) throw new ParseRefusal('broken', TNEF_TYPE)
  let position = HEADER_BYTES
  while (position + 9 <= bytes.length) {
    const length = bytes.readUInt32LE(position + 5)
    const start = position + 9
    yield { id: bytes.readUInt16LE(position + 1), data: bytes.subarray(start, start + length) }
    position = start + length + 2
  }
}
