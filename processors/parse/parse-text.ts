import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { parseCaptions } from './captions.ts'
import { decodeText, normaliseLineEnds, withoutNuls } from '../formats/charset.ts'
import { chatXmlType, parseChatXml } from './chat/chat-xml.ts'
import { asTeamsChat, parseTeamsChat } from './chat/teams.ts'
import { isWhatsApp, parseWhatsApp } from './chat/whatsapp.ts'
import { isIrcLog, parseIrcLog } from './irc-log.ts'
import { parseJson, type JsonValue } from '../formats/json.ts'
import { parseHtml, parseMarkdown, parsePlainText } from './plain-text.ts'
import { ParseRefusal } from './parse-code.ts'
import { isReview, parseReview, REVIEW_TYPE } from './review.ts'
import { asSlackDay, parseSlackDay, SLACK_DAY_TYPE } from './slack-day.ts'
import { sniffText, type FormatHints } from './sniff.ts'
import { asTranscript, parseTranscript } from './transcript.ts'

/** Reads any format that is text. */
export const parseText = (
  bytes: Buffer,
  hints: FormatHints & { readonly charset?: string },
  budget: Budget,
): CanonicalDocument => {
  const { text, warning } = decodeText(bytes, hints.charset ?? charsetInMarkup(bytes))
  budget.checkCharacters(text.length)
  const document = parseDecoded(text.startsWith('\ufeff') ? text.slice(1) : text, hints, budget)
  return warning === undefined
    ? document
    : { ...document, warnings: [...document.warnings, warning].sort() }
}

const parseDecoded = (text: string, hints: FormatHints, budget: Budget): CanonicalDocument => {
  const lines = normaliseLineEnds(withoutNuls(text))
  switch (sniffText(lines, hints)) {
    case 'html':
      // In a tag a NUL makes another name of it.
      return parseHtml(normaliseLineEnds(text), budget)
    case 'markdown':
      return parseMarkdown(lines, budget)
    case 'vtt':
      return parseCaptions(lines, 'text/vtt', budget)
    case 'srt':
      return parseCaptions(lines, 'application/x-subrip', budget)
    case 'sbv':
      return parseCaptions(lines, 'text/x-sbv', budget)
    case 'json':
      return parseJsonDocument(lines, hints.declaredType, budget)
    case 'xml':
      return parseXmlDocument(lines, budget)
    case 'plain':
      return parseLines(lines, budget)
  }
}

/**
 * A chat day, a transcript or a review by its shape; any other JSON, and what only starts like JSON, is plain text. What an
 * expanded container declared as chat or review must be one: a damaged day is not read as text, user list and all.
 */
const parseJsonDocument = (
  text: string,
  declaredType: string | undefined,
  budget: Budget,
): CanonicalDocument => {
  const value: JsonValue | undefined = parseJson(text)
  const day = value === undefined ? undefined : asSlackDay(value)
  if (day !== undefined) return parseSlackDay(day, budget)
  if (declaredType === SLACK_DAY_TYPE) throw new ParseRefusal('broken', SLACK_DAY_TYPE)
  const teams = value === undefined ? undefined : asTeamsChat(value)
  if (teams !== undefined) return parseTeamsChat(teams, budget)
  const transcript = value === undefined ? undefined : asTranscript(value)
  if (transcript !== undefined) return parseTranscript(transcript, budget)
  if (value !== undefined && isReview(value)) return parseReview(value, budget)
  if (declaredType === REVIEW_TYPE) throw new ParseRefusal('broken', REVIEW_TYPE)
  // What WhatsApp exports on a phone of Apple starts with a bracket, too.
  return value === undefined ? parseLines(text, budget) : parsePlainText(text, budget)
}

/** Characters at the start of XML that tell what it is. */
const HEAD_CHARACTERS = 65_536

/** An exported chat; any other XML is plain text. */
const parseXmlDocument = (text: string, budget: Budget): CanonicalDocument => {
  const type = chatXmlType(text.slice(0, HEAD_CHARACTERS))
  return type === undefined ? parseLines(text, budget) : parseChatXml(text, type, budget)
}

const parseLines = (text: string, budget: Budget): CanonicalDocument => {
  if (isWhatsApp(text)) return parseWhatsApp(text, budget)
  return isIrcLog(text) ? parseIrcLog(text, budget) : parsePlainText(text, budget)
}

const CHARSET_IN_MARKUP =
  /<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s{0,5}=\s{0,5}["']?([\w-]{2,40})/i

const charsetInMarkup = (bytes: Buffer): string | undefined => {
  if (bytes[0] !== 60 && !bytes.subarray(0, 200).includes('<')) return undefined
  return CHARSET_IN_MARKUP.exec(bytes.toString('latin1', 0, 2048))?.[1]
}
