import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { normaliseLineEnds } from '../formats/charset.ts'
import { DocumentDraft } from './document-draft.ts'
import { isJsonObject, stringOf, type JsonObject, type JsonValue } from '../formats/json.ts'
import { wellFormed } from './well-formed.ts'

export const SLACK_DAY_TYPE = 'application/x-slack-day+json'

/**
 * One day of one Slack channel. Either the bare array of an export's day file, or a wrapper that also names the channel and
 * the users: `{ "channel": "general", "users": { "U1": "ada" }, "messages": [ … ] }`.
 */
export interface SlackDay {
  readonly channel?: string
  /** Display name by user id. */
  readonly users: Readonly<Record<string, string>>
  readonly messages: readonly JsonObject[]
}

/** Reads the two shapes; `undefined` when it is neither. */
export const asSlackDay = (value: JsonValue): SlackDay | undefined => {
  if (Array.isArray(value))
    return value.length > 0 && isMessageList(value) ? { users: {}, messages: value } : undefined
  if (!isJsonObject(value) || !Array.isArray(value['messages'])) return undefined
  const messages = value['messages']
  if (!isMessageList(messages)) return undefined
  const channel = stringOf(value['channel'])
  return { users: namesOf(value['users']), messages, ...(channel === '' ? {} : { channel }) }
}

const isMessageList = (list: readonly JsonValue[]): list is readonly JsonObject[] => {
  return (
    list.every(isJsonObject) &&
    list
      .slice(0, 5)
      .every(
        (item) =>
          /^\d{9,11}(?:\.\d+)?$/.test(stringOf(item['ts'])) &&
          (item['type'] === 'message' || 'text' in item),
      )
  )
}

const namesOf = (users: JsonValue | undefined): Readonly<Record<string, string>> => {
  const names = new Map<string, string>()
  if (isJsonObject(users))
    for (const [id, name] of Object.entries(users)) names.set(id, stringOf(name))
  return Object.fromEntries(names)
}

/**
 * One line per message, "name: text", in the order of the file; attachments and files of a message follow on the same turn.
 * Times are the messages' own. The channel is the thread.
 */
export const parseSlackDay = (day: SlackDay, budget: Budget): CanonicalDocument => {
  const draft = new DocumentDraft(SLACK_DAY_TYPE, budget)
  if (day.channel !== undefined) {
    draft.threadId = wellFormed(day.channel)
    draft.subject = `#${wellFormed(day.channel)}`
  }
  for (const message of day.messages) addMessage(draft, message, day.users)
  return draft.finish()
}

const addMessage = (
  draft: DocumentDraft,
  message: JsonObject,
  users: Readonly<Record<string, string>>,
): void => {
  const words = normaliseLineEnds(wellFormed(messageText(message, users))).trim()
  if (words === '') return
  const speaker = wellFormed(speakerOf(message, users))
  const at = Math.round(Number(stringOf(message['ts'])) * 1000)
  if (draft.length > 0) draft.append('\n')
  const start = draft.length
  draft.append(speaker === '' ? words : `${speaker}: ${words}`)
  const dated = Number.isFinite(at) ? { at } : {}
  const named = speaker === '' ? {} : { speaker }
  draft.mark({ kind: 'turn', start, end: draft.length, depth: 0, ...dated, ...named })
  if (speaker !== '') draft.addParticipant({ role: 'speaker', name: speaker })
  if (!Number.isFinite(at)) return
  draft.sent = Math.min(draft.sent ?? at, at)
  draft.last = Math.max(draft.last ?? at, at)
}

const speakerOf = (message: JsonObject, users: Readonly<Record<string, string>>): string => {
  const id = stringOf(message['user'])
  const profile = message['user_profile']
  const shown = isJsonObject(profile)
    ? stringOf(profile['display_name']) || stringOf(profile['real_name'])
    : ''
  const username = readMarks(stringOf(message['username']), users).replace(/^@/, '')
  return users[id] || shown || username || id || stringOf(message['bot_id'])
}

const messageText = (message: JsonObject, users: Readonly<Record<string, string>>): string => {
  const lines = [readMarks(stringOf(message['text']), users)]
  const blocks = message['blocks']
  if (lines[0] === '' && Array.isArray(blocks)) lines.push(blockText(blocks, users, 0))
  for (const attachment of listOf(message['attachments']))
    lines.push(
      ...['pretext', 'title', 'text'].map((key) => readMarks(stringOf(attachment[key]), users)),
    )
  for (const file of [...listOf(message['files']), ...listOf([message['file'] ?? null])])
    lines.push(stringOf(file['title']) || stringOf(file['name']))
  const seen = new Set<string>()
  return lines.filter((line) => line !== '' && !seen.has(line) && seen.add(line)).join('\n')
}

const listOf = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : []

/** The text leaves of Block Kit, in order. */
const blockText = (
  blocks: readonly JsonValue[],
  users: Readonly<Record<string, string>>,
  depth: number,
): string => {
  if (depth > 8) return ''
  let text = ''
  for (const block of blocks) {
    if (!isJsonObject(block)) continue
    const inner = block['text']
    if (typeof inner === 'string') text += readMarks(inner, users)
    else if (isJsonObject(inner)) text += readMarks(stringOf(inner['text']), users)
    if (block['type'] === 'user')
      text += `@${users[stringOf(block['user_id'])] ?? stringOf(block['user_id'])}`
    else if (block['type'] === 'link' && inner === undefined) text += stringOf(block['url'])
    else if (block['type'] === 'emoji') text += `:${stringOf(block['name'])}:`
    for (const key of ['elements', 'fields']) {
      const children = block[key]
      if (Array.isArray(children)) text += blockText(children, users, depth + 1)
    }
    if (depth === 0) text += '\n'
  }
  return depth === 0 ? text.trim() : text
}

const MARK = /<([^<>\n]{1,2000})>/g

/** Slack's marks: mentions by name, links as "label (address)", entities decoded. */
const readMarks = (text: string, users: Readonly<Record<string, string>>): string =>
  text
    .replace(MARK, (_mark, inner: string) => readMark(inner, users))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const readMark = (inner: string, users: Readonly<Record<string, string>>): string => {
  const bar = inner.indexOf('|')
  const target = bar === -1 ? inner : inner.slice(0, bar)
  const label = bar === -1 ? '' : inner.slice(bar + 1)
  switch (target[0]) {
    case '@':
      return `@${users[target.slice(1)] ?? (label || target.slice(1))}`
    case '#':
      return `#${label || target.slice(1)}`
    case '!':
      return label || `@${target.slice(1).replace(/\^.*$/, '')}`
    default: {
      const address = target.replace(/^mailto:/, '')
      return label === '' || label === address || target.endsWith(label)
        ? address
        : `${label} (${address})`
    }
  }
}
