import type { CanonicalDocument } from '../../../topology/model/document.ts'
import type { FileContext } from '../embedded.ts'
import { ParseRefusal } from '../parse-code.ts'
import { COMPOUND_TYPE, openCompoundFile, type Storage } from './compound-file.ts'
import { MESSAGE_TYPE, parseMapiMessage } from './mapi-message.ts'
import { isMsg, msgMessage } from './msg.ts'

/**
 * Reads a compound file: an Outlook message. An encrypted Office file and old Office files, which have no reader, are told apart
 * by their streams.
 *
 * @throws ParseRefusal
 */
export const parseCompound = async (
  bytes: Buffer,
  context: FileContext,
): Promise<CanonicalDocument> => {
  const root = openCompoundFile(bytes, context.budget)
  if (isMsg(root)) return await parseMapiMessage(msgMessage(root), MESSAGE_TYPE, context)
  if (root.streams.has('EncryptedPackage')) throw new ParseRefusal('encrypted', COMPOUND_TYPE)
  const type = OLD_TYPES.find(([name]) => root.streams.has(name))?.[1] ?? COMPOUND_TYPE
  throw new ParseRefusal(isLocked(root) ? 'encrypted' : 'unsupported-format', type)
}

const OLD_TYPES: readonly (readonly [string, string])[] = [
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['Book', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
  ['VisioDocument', 'application/vnd.visio'],
]

const FILE_PASS = 0x2f
/** Records at the start of a workbook among which the one of encryption stands. */
const FIRST_RECORDS = 20

/** Old Office files say in their main stream that they need a password. */
const isLocked = ({ streams }: Storage): boolean => {
  if (streams.has('EncryptedSummary')) return true
  const word = streams.get('WordDocument')?.()
  if (word !== undefined) return word.length > 12 && (word.readUInt16LE(10) & 0x0100) !== 0
  const book = (streams.get('Workbook') ?? streams.get('Book'))?.()
  for (let at = 0, index = 0; book !== undefined && at + 4 <= book.length; index += 1) {
    if (index >= FIRST_RECORDS) return false
    if (book.readUInt16LE(at) === FILE_PASS) return true
    at += 4 + book.readUInt16LE(at + 2)
  }
  return false
}
