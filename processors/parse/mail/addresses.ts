import { decodeEncodedWords, decodeRaw } from './encoded-words.ts'

/** One mailbox of an address header. */
export interface Mailbox {
  readonly name?: string
  readonly address?: string
}

interface Pending {
  /** Words outside angle brackets. */
  words: string
  address: string | undefined
  comment: string
  quoted: boolean
}

const fresh = (): Pending => ({ words: '', address: undefined, comment: '', quoted: false })

/**
 * Reads an address list (RFC 5322 §3.4) as mail really writes it: groups are flattened, comments serve as names, names are
 * decoded after splitting so that an encoded comma splits nothing. One pass, never throws.
 */
export const parseAddresses = (
  header: string,
  most: number,
  charset: string | undefined,
): Mailbox[] => {
  const mailboxes: Mailbox[] = []
  let pending = fresh()
  const finish = (): void => {
    const mailbox = toMailbox(pending, charset)
    if (mailbox !== undefined) mailboxes.push(mailbox)
    pending = fresh()
  }
  let index = 0
  while (index < header.length && mailboxes.length < most) {
    const character = header[index]
    switch (character) {
      case '"': {
        const end = endOfQuoted(header, index, '"')
        // A quoted local part belongs to an address, a quoted name does not.
        if (header[end + 1] === '@') pending.words += header.slice(index, end + 1)
        else {
          pending.words += header.slice(index + 1, end).replace(/\\(.)/g, '$1')
          pending.quoted = true
        }
        index = end
        break
      }
      case '(': {
        const end = endOfComment(header, index)
        pending.comment += header.slice(index + 1, end)
        index = end
        break
      }
      case '<': {
        const end = endOfQuoted(header, index, '>')
        pending.address = header.slice(index + 1, end)
        index = end
        break
      }
      case ':':
        if (pending.address === undefined && !pending.words.includes('@')) pending = fresh()
        break
      case ',':
      case ';':
        finish()
        break
      default: {
        const end = endOfWords(header, index)
        pending.words += header.slice(index, end)
        index = end - 1
      }
    }
    index += 1
  }
  finish()
  return mailboxes.slice(0, most)
}

/** Of the bytes of a header, those that are no part of words. */
const DIVIDING = new Uint8Array(256)
for (const character of '"(<:,;') DIVIDING[character.charCodeAt(0)] = 1

/** One slice for many characters: adding them one by one makes a string each. */
const endOfWords = (header: string, start: number): number => {
  let end = start + 1
  while (end < header.length && DIVIDING[header.charCodeAt(end)] !== 1) end += 1
  return end
}

const endOfQuoted = (header: string, start: number, close: string): number => {
  for (let index = start + 1; index < header.length; index += 1) {
    if (header[index] === '\\') index += 1
    else if (header[index] === close) return index
  }
  return header.length
}

const endOfComment = (header: string, start: number): number => {
  let depth = 0
  for (let index = start; index < header.length; index += 1) {
    if (header[index] === '\\') index += 1
    else if (header[index] === '(') depth += 1
    else if (header[index] === ')' && --depth === 0) return index
  }
  return header.length
}

const toMailbox = (pending: Pending, charset: string | undefined): Mailbox | undefined => {
  let words = pending.words.trim()
  let address = pending.address?.trim()
  if (address === undefined && !pending.quoted) {
    const found = bareAddress(words)
    if (found !== undefined) {
      address = found
      words = words.replace(found, '').trim()
    }
  }
  if (address?.endsWith(':;') === true) address = undefined
  const name = decodeEncodedWords(words === '' ? pending.comment : words, charset)
    .replace(/\s+/g, ' ')
    .trim()
  if (!address && name === '') return undefined
  const mailbox = address ? decodeAddress(address, charset) : ''
  return {
    ...(name === '' || name.toLowerCase() === mailbox.toLowerCase() ? {} : { name }),
    ...(mailbox === '' ? {} : { address: mailbox }),
  }
}

/** Encoded words are not allowed in an address (RFC 2047 §5): decoding one before `@` makes an address that nobody wrote. */
const decodeAddress = (address: string, charset: string | undefined): string =>
  address.includes('?=@') ? decodeRaw(address, charset) : decodeEncodedWords(address, charset)

/** The first word with an at sign in it, a quoted local part included. Linear. */
const bareAddress = (words: string): string | undefined => {
  const quoted = quotedLocalPart(words)
  const at = quoted?.end ?? words.indexOf('@')
  if (at <= 0) return undefined
  let start = at
  if (quoted !== undefined) start = quoted.start
  else while (start > 0 && isAddressCharacter(words.charCodeAt(start - 1))) start -= 1
  let end = at + 1
  while (end < words.length && isAddressCharacter(words.charCodeAt(end))) end += 1
  return start < at && end > at + 1 ? words.slice(start, end) : undefined
}

/** Where a quoted local part begins and where its at sign stands; it may hold at signs and blanks itself. */
const quotedLocalPart = (
  words: string,
): { readonly start: number; readonly end: number } | undefined => {
  const end = words.indexOf('"@')
  if (end <= 0) return undefined
  let start = words.lastIndexOf('"', end - 1)
  while (start > 0 && words.charCodeAt(start - 1) === BACKSLASH)
    start = words.lastIndexOf('"', start - 1)
  return start === -1 ? undefined : { start, end: end + 1 }
}

const BACKSLASH = 92

const isAddressCharacter = (code: number): boolean =>
  code > 32 && code !== 60 && code !== 62 && code !== 34
