import type { CanonicalDocument, Participant } from '../../../topology/model/document.ts'
import type { Budget } from '../budget.ts'
import { DocumentDraft } from '../document-draft.ts'
import { htmlToText } from '../html.ts'
import { wellFormed } from '../well-formed.ts'
import { readXml } from '../xml.ts'
import { ChatWriter, chatTime } from './chat-writer.ts'

const START =
  /^\s{0,20}(?:<\?xml[^>]{0,200}\?>|<!--(?:(?!-->)[^]){0,2000}-->|\s){0,10}<(?:[\w.-]{1,40}:)?(FileDump|Conversations?|Interactions?|Symphony\w{0,30})[\s/>]/i

/** Media type of an exported chat by the first element of its XML, or none: Bloomberg messages and chats, Symphony, others alike. */
export const chatXmlType = (head: string): string | undefined => {
  const root = START.exec(head)?.[1]
  if (root === undefined) return undefined
  if (/<(?:\w+:)?(?:MsgID|MsgBody)[\s/>]/i.test(head)) return 'application/x-bloomberg-msg+xml'
  if (/symphony/i.test(head)) return 'application/x-symphony+xml'
  if (
    /bloomberg|<(?:\w+:)?(?:FirmNumber|InteractionType|RoomType)\b/i.test(head) ||
    /^FileDump$/i.test(root)
  )
    return 'application/x-bloomberg-ib+xml'
  return 'application/x-chat+xml'
}

/** Elements that are something said or an event; their fields are elements or attributes. */
const RECORDS = new Set([
  'message',
  'attachment',
  'participantentered',
  'participantleft',
  'invite',
  'history',
  'systemmessage',
])
/** Elements that describe somebody. */
const PEOPLE = new Set([
  'user',
  'userinfo',
  'sender',
  'recipient',
  'attendee',
  'participant',
  'from',
  'to',
])
/** Fields that hold what was said: all text in them counts, markup inside too. */
const WORDS = new Set(['content', 'msgbody', 'body', 'text', 'messagetext'])

type Fields = Map<string, string>

/** Characters of one field besides what was said. */
const MOST_FIELD = 2000

/**
 * Reads the XML in which Bloomberg (Instant Bloomberg, MSG) and Symphony export chats. Elements are known by their names whatever
 * their namespace; unknown ones are passed over. Rooms become headings, entering and leaving are no text, attachments give the
 * name of their file, people become participants.
 *
 * @throws ParseRefusal `too-deep`, `too-large`
 */
export const parseChatXml = (text: string, type: string, budget: Budget): CanonicalDocument => {
  const reader = new ChatXmlReader(new DocumentDraft(type, budget))
  readXml(
    Buffer.from(text),
    {
      open: (name, attributes) => reader.open(name.toLowerCase(), attributes),
      close: (name) => reader.close(name.toLowerCase()),
      text: (piece) => reader.text(piece),
    },
    budget,
  )
  return reader.finish()
}

/** A record or a person while it is read. */
interface Open {
  readonly kind: string
  readonly fields: Fields
}

/** A record, the person it is of, and the record around it. */
interface OpenRecord extends Open {
  readonly sender: Fields
  readonly outer: OpenRecord | undefined
}

/** State: the open record and person, and the field whose text is gathered. */
class ChatXmlReader {
  readonly #draft: DocumentDraft
  readonly #writer: ChatWriter
  readonly #rooms = new Set<string>()
  #record: OpenRecord | undefined
  #person: (Open & { readonly role: string }) | undefined
  #field = ''
  #value = ''
  #wordsDepth = 0

  constructor(draft: DocumentDraft) {
    this.#draft = draft
    this.#writer = new ChatWriter(draft)
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#wordsDepth > 0) {
      this.#wordsDepth += 1
      if (name === 'br' || name === 'p' || name === 'div') this.#value += '\n'
      return
    }
    if (RECORDS.has(name)) this.#openRecord(name, attributes)
    else if (PEOPLE.has(name) && this.#person === undefined) {
      const fields = fieldsOf(attributes)
      this.#person = { kind: name, fields, role: fields.get('deliverytype') ?? name }
    }
    this.#field = name
    this.#value = ''
    if (WORDS.has(name) && this.#record !== undefined) this.#wordsDepth = 1
  }

  text(piece: string): void {
    if (this.#field === '') return
    if (this.#wordsDepth === 0 && this.#value.length > MOST_FIELD) return
    this.#value += piece
    this.#draft.budget.checkCharacters(this.#value.length)
  }

  close(name: string): void {
    if (this.#wordsDepth > 1) {
      this.#wordsDepth -= 1
      return
    }
    this.#wordsDepth = 0
    if (this.#field === name) this.#keep(name, this.#value.trim())
    this.#field = ''
    if (this.#person?.kind === name) this.#closePerson(this.#person)
    else if (this.#record?.kind === name) {
      const { outer } = this.#record
      this.#closeRecord(this.#record)
      this.#record = outer
    }
  }

  finish(): CanonicalDocument {
    this.#writer.close()
    const [room] = this.#rooms
    if (room !== undefined && this.#rooms.size === 1) this.#draft.threadId = room
    return this.#draft.finish()
  }

  #keep(name: string, value: string): void {
    if (value === '') return
    const fields = this.#person?.fields ?? this.#record?.fields
    if (fields !== undefined) {
      if (!fields.has(name)) fields.set(name, value)
      // A person may be no more than a name: <from>ada@example.org</from>.
      if (this.#person?.kind === name) fields.set('displayname', value)
    } else if (name === 'roomid' || name === 'roomname' || name === 'conversationid')
      this.#openRoom(value)
  }

  #openRecord(kind: string, attributes: Readonly<Record<string, string>>): void {
    const fields = fieldsOf(attributes)
    this.#record = { kind, fields, sender: new Map(), outer: this.#record }
  }

  #openRoom(room: string): void {
    if (this.#rooms.has(room) || this.#rooms.size > this.#draft.budget.limits.parts) return
    this.#rooms.add(room)
    this.#writer.heading(room)
  }

  #closePerson({ kind, fields, role }: Open & { readonly role: string }): void {
    this.#person = undefined
    const isSender = kind === 'user' || kind === 'userinfo' || kind === 'sender' || kind === 'from'
    if (isSender && this.#record !== undefined) {
      for (const [name, value] of fields) this.#record.sender.set(name, value)
      return
    }
    const who = personOf(fields)
    if (who !== undefined) this.#draft.addParticipant({ role: roleOf(role), ...who })
  }

  #closeRecord({ kind, fields, sender, outer }: OpenRecord): void {
    if (kind === 'attachment' && outer !== undefined) {
      const files = [outer.fields.get('filename'), fields.get('filename')]
        .filter(Boolean)
        .join('\n')
      outer.fields.set('filename', files.slice(0, MOST_FIELD))
      return
    }
    const who = personOf(sender) ?? personOf(fields)
    if (kind.startsWith('participant')) {
      if (who !== undefined) this.#draft.addParticipant({ role: 'speaker', ...who })
      return
    }
    const time = [
      'datetimeutc',
      'msgtimeutc',
      'timestamp',
      'timeutc',
      'datetime',
      'msgtime',
      'time',
    ]
    const at = time
      .map((name) => chatTime(fields.get(name) ?? ''))
      .find((value) => value !== undefined)
    const file = fields.get('filename') ?? ''
    const words =
      [...WORDS].map((name) => fields.get(name)).find((value) => value !== undefined) ?? ''
    this.#writer.add({
      words: [fields.get('subject') ?? '', this.#plain(words), file]
        .filter((line) => line !== '')
        .join('\n'),
      ...(at === undefined ? {} : { at }),
      ...(who === undefined ? {} : { speaker: who }),
    })
  }

  /** What was said may be marked up, inside CDATA or escaped. */
  #plain(words: string): string {
    if (!/<[a-z!/][^<>]{0,500}>/i.test(words.slice(0, 20_000))) return words
    return htmlToText(words, this.#draft.budget.limits.elementDepth).text
  }
}

const fieldsOf = (attributes: Readonly<Record<string, string>>): Fields =>
  new Map(
    Object.entries(attributes).map(([name, value]) => [
      name.toLowerCase(),
      value.slice(0, MOST_FIELD),
    ]),
  )

const ADDRESSES = [
  'corporateemailaddress',
  'corporateemailid',
  'bloombergemailaddress',
  'emailaddress',
  'email',
]
const NAMES = [
  'displayname',
  'prettyname',
  'name',
  'username',
  'loginname',
  'screenname',
  'accountname',
]

const personOf = (fields: Fields): Omit<Participant, 'role'> | undefined => {
  const address = ADDRESSES.map((name) => fields.get(name)).find(
    (value) => value?.includes('@') === true,
  )
  const full = `${fields.get('firstname') ?? ''} ${fields.get('lastname') ?? ''}`.trim()
  const name =
    full || NAMES.map((key) => fields.get(key)).find((value) => value !== undefined && value !== '')
  if (!name && address === undefined) return undefined
  return {
    ...(name ? { name: wellFormed(name) } : {}),
    ...(address === undefined ? {} : { address: wellFormed(address).toLowerCase() }),
  }
}

const roleOf = (role: string): Participant['role'] => {
  const name = role.toLowerCase()
  if (name === 'cc' || name === 'bcc' || name === 'to') return name
  return name === 'recipient' ? 'to' : 'speaker'
}
