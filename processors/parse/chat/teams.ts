import type { CanonicalDocument } from '../../../topology/model/document.ts'
import { isJsonObject, stringOf, type JsonObject, type JsonValue } from '../../formats/json.ts'
import type { Budget } from '../budget.ts'
import { DocumentDraft } from '../document-draft.ts'
import { htmlToText } from '../html.ts'
import { ChatWriter, chatTime, type ChatMessage } from './chat-writer.ts'

export const TEAMS_TYPE = 'application/x-teams-chat+json'

/** Messages of one conversation. */
export interface TeamsConversation {
  readonly id: string
  readonly name: string
  readonly messages: readonly JsonObject[]
}

/**
 * Knows the two shapes in which Teams chats are exported: lists of `chatMessage` of Microsoft Graph (bare, in `value` or in
 * `messages`, or one message), and conversations with a `MessageList`. `undefined` for any other JSON.
 */
export const asTeamsChat = (value: JsonValue): readonly TeamsConversation[] | undefined => {
  if (isJsonObject(value) && Array.isArray(value['conversations']))
    return asConversations(value['conversations'])
  const list = Array.isArray(value)
    ? value
    : isJsonObject(value)
      ? (arrayOf(value['value']) ?? arrayOf(value['messages']) ?? [value])
      : []
  if (list.length === 0 || !list.every(isJsonObject) || !list.slice(0, 5).every(isGraphMessage))
    return undefined
  return [{ ...placeOf(list[0] ?? {}), messages: list }]
}

const arrayOf = (value: JsonValue | undefined): readonly JsonValue[] | undefined =>
  Array.isArray(value) ? value : undefined

const asConversations = (list: readonly JsonValue[]): readonly TeamsConversation[] | undefined => {
  if (!list.every(isJsonObject)) return undefined
  if (!list.some((item) => Array.isArray(item['MessageList']))) return undefined
  return list.map((item) => ({
    id: stringOf(item['id']),
    name: stringOf(item['displayName']),
    messages: (arrayOf(item['MessageList']) ?? []).filter(isJsonObject),
  }))
}

const isGraphMessage = (item: JsonObject): boolean =>
  typeof item['createdDateTime'] === 'string' &&
  (isJsonObject(item['body']) || typeof item['messageType'] === 'string') &&
  ('from' in item || 'chatId' in item || 'channelIdentity' in item)

const placeOf = (message: JsonObject): { readonly id: string; readonly name: string } => {
  const channel = message['channelIdentity']
  const id = isJsonObject(channel) ? stringOf(channel['channelId']) : ''
  return { id: stringOf(message['chatId']) || id, name: '' }
}

/** Levels of replies inside replies that are read; Teams has one. */
const MOST_REPLIES = 8

/** Reads a chat in the order of its times, one turn per speaker; HTML bodies as text, names of files as lines of the message. */
export const parseTeamsChat = (
  conversations: readonly TeamsConversation[],
  budget: Budget,
): CanonicalDocument => {
  const draft = new DocumentDraft(TEAMS_TYPE, budget)
  const writer = new ChatWriter(draft)
  const [first] = conversations
  if (conversations.length === 1 && first !== undefined) {
    if (first.id !== '') draft.threadId = first.id
    if (first.name !== '') draft.subject = first.name
  }
  for (const { name, messages } of conversations) {
    if (conversations.length > 1) writer.heading(name)
    for (const message of inOrder(flatten(messages, 0), budget)) writer.add(message)
    writer.close()
  }
  return draft.finish()
}

function* flatten(messages: readonly JsonObject[], depth: number): Generator<JsonObject> {
  for (const message of messages) {
    yield message
    const replies = arrayOf(message['replies'])
    if (replies !== undefined && depth < MOST_REPLIES)
      yield* flatten(replies.filter(isJsonObject), depth + 1)
  }
}

const inOrder = (messages: Iterable<JsonObject>, budget: Budget): readonly ChatMessage[] =>
  [...messages]
    .map((message) => chatMessage(message, budget))
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))

const chatMessage = (message: JsonObject, budget: Budget): ChatMessage => {
  const speaker = speakerOf(message)
  const at = ['createdDateTime', 'originalarrivaltime', 'composetime']
    .map((key) => chatTime(stringOf(message[key])))
    .find((time) => time !== undefined)
  return {
    words: [stringOf(message['subject']), wordsOf(message, budget), ...filesOf(message)]
      .filter((line) => line !== '')
      .join('\n'),
    ...(at === undefined ? {} : { at }),
    ...(speaker === '' ? {} : { speaker: { name: speaker } }),
  }
}

const speakerOf = (message: JsonObject): string => {
  const from = message['from']
  if (isJsonObject(from))
    for (const kind of ['user', 'application', 'device']) {
      const who = from[kind]
      if (isJsonObject(who)) return stringOf(who['displayName']) || stringOf(who['id'])
    }
  const name = stringOf(message['displayName']) || stringOf(message['imdisplayname'])
  return name || stringOf(from).replace(/^.{0,500}\/(?=\d+:)|^\d{1,2}:(?:orgid:|live:)?/g, '')
}

const wordsOf = (message: JsonObject, budget: Budget): string => {
  const body = message['body']
  const content = isJsonObject(body) ? stringOf(body['content']) : stringOf(message['content'])
  const type = isJsonObject(body) ? stringOf(body['contentType']) : stringOf(message['messagetype'])
  if (!/html/i.test(type) && !/^\s*</.test(content)) return content
  return htmlToText(content, budget.limits.elementDepth).text
}

const filesOf = (message: JsonObject): readonly string[] =>
  (arrayOf(message['attachments']) ?? []).filter(isJsonObject).map((file) => stringOf(file['name']))
