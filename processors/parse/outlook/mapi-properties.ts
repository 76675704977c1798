import { isUtf8 } from 'node:buffer'
import { decodeText } from '../../formats/charset.ts'
import { labelOfCodePage } from '../../formats/code-page.ts'

/** One property: its type (MS-OXCDATA 2.11.1) and its bytes, little-endian. */
export interface MapiProperty {
  readonly type: number
  readonly value: () => Buffer
}

/** The properties of a message, a recipient or an attachment, by id. */
export type MapiProperties = ReadonlyMap<number, MapiProperty>

/** Ids of the properties that are read (MS-OXPROPS), and how code calls them. */
export const MAPI = {
  messageClass: 0x001a,
  subject: 0x0037,
  submitTime: 0x0039,
  sentForName: 0x0042,
  sentForAddress: 0x0065,
  recipientType: 0x0c15,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  displayBcc: 0x0e02,
  displayCc: 0x0e03,
  displayTo: 0x0e04,
  deliveryTime: 0x0e06,
  body: 0x1000,
  compressedRtf: 0x1009,
  html: 0x1013,
  messageId: 0x1035,
  references: 0x1039,
  inReplyTo: 0x1042,
  displayName: 0x3001,
  emailAddress: 0x3003,
  attachData: 0x3701,
  attachShortName: 0x3704,
  attachLongName: 0x3707,
  attachMimeType: 0x370e,
  smtpAddress: 0x39fe,
  internetCodePage: 0x3fde,
  messageLocale: 0x3ff1,
  messageCodePage: 0x3ffd,
  senderSmtpAddress: 0x5d01,
  sentForSmtpAddress: 0x5d02,
} as const

export const STRING8 = 0x001e
export const UNICODE = 0x001f
export const OBJECT = 0x000d
const TIME = 0x0040

/** A text property; `codePage` is the one of 8-bit texts. Trailing NULs go. */
export const textOf = (
  properties: MapiProperties,
  id: number,
  codePage: number | undefined,
): string | undefined => {
  const property = properties.get(id)
  if (property?.type !== UNICODE && property?.type !== STRING8) return undefined
  const bytes = property.value()
  const text =
    property.type === UNICODE
      ? bytes.toString('utf16le', 0, bytes.length & ~1)
      : decodeText(bytes, labelFor(bytes, codePage)).text
  const end = text.indexOf('\0')
  return end === -1 ? text : text.slice(0, end)
}

const UTF_8 = 65001

/** Messages that declare UTF-8 may hold 8-bit texts of another code page. */
const labelFor = (bytes: Buffer, codePage: number | undefined): string | undefined =>
  codePage === undefined || (codePage === UTF_8 && !isUtf8(bytes))
    ? undefined
    : labelOfCodePage(codePage)

/** A 32-bit integer. */
export const numberOf = (properties: MapiProperties, id: number): number | undefined => {
  const bytes = properties.get(id)?.value()
  return bytes !== undefined && bytes.length >= 4 ? bytes.readInt32LE(0) : undefined
}

/** Milliseconds between 1601 and 1970. */
const EPOCH = 11_644_473_600_000n

/** A point in time as epoch milliseconds. */
export const timeOf = (properties: MapiProperties, id: number): number | undefined => {
  const property = properties.get(id)
  if (property?.type !== TIME) return undefined
  const bytes = property.value()
  if (bytes.length < 8) return undefined
  const at = Number(bytes.readBigUInt64LE(0) / 10_000n - EPOCH)
  // Year 1 to 9999; zero and the end of time stand for none.
  return at > -11_000_000_000_000 && at < 253_402_300_800_000 ? at : undefined
}

/** Binary data, whatever type it is declared with. */
export const bytesOf = (properties: MapiProperties, id: number): Buffer | undefined =>
  properties.get(id)?.value()
