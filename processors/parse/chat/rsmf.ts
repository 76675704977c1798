import type { CanonicalDocument } from '../../../topology/model/document.ts'
import {
  isJsonObject,
  parseJson,
  stringOf,
  type JsonObject,
  type JsonValue,
} from '../../formats/json.ts'
import { DocumentDraft } from '../document-draft.ts'
import { addEmbedded, type FileContext } from '../embedded.ts'
import { ParseRefusal } from '../parse-code.ts'
import { wellFormed } from '../well-formed.ts'
import type { ZipParts } from '../zip-parts.ts'
import { ChatWriter, chatTime } from './chat-writer.ts'

export const RSMF_TYPE = 'application/x-rsmf'
export const RSMF_MANIFEST = 'rsmf_manifest.json'

const listOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : []

interface Person {
  readonly name: string
  readonly address?: string
}

/**
 * Reads the zip of a Relativity short message file, versions 1 and 2: events as a chat in the order of the file, then the files that
 * belong to them. Deleted messages stay, as they do there.
 *
 * @throws ParseRefusal `broken`, or a limit
 */
export const parseRsmf = async (
  zip: ZipParts,
  context: FileContext,
): Promise<CanonicalDocument> => {
  const { budget } = context
  const text = (await zip.read(RSMF_MANIFEST))?.toString('utf8').replace(/^\ufeff/, '') ?? ''
  budget.checkCharacters(text.length)
  const manifest = parseJson(text)
  if (!isJsonObject(manifest) || !Array.isArray(manifest['events']))
    throw new ParseRefusal('broken', RSMF_TYPE)
  const draft = new DocumentDraft(RSMF_TYPE, budget)
  const people = peopleOf(manifest)
  addConversation(draft, listOf(manifest['conversations']))
  addEvents(draft, listOf(manifest['events']), people)
  for (const { name, ...rest } of people.values())
    draft.addParticipant({ role: 'speaker', ...(name !== rest.address && { name }), ...rest })
  await addFiles(draft, zip, listOf(manifest['events']), context)
  return draft.finish()
}

const peopleOf = (manifest: JsonObject): ReadonlyMap<string, Person> => {
  const people = new Map<string, Person>()
  for (const person of listOf(manifest['participants'])) {
    const id = stringOf(person['id'])
    const address = wellFormed(stringOf(person['email'])).trim().toLowerCase()
    const name = wellFormed(stringOf(person['display'])).trim() || address || id
    people.set(id, { name, ...(address.includes('@') && { address }) })
  }
  return people
}

const addConversation = (draft: DocumentDraft, conversations: readonly JsonObject[]): void => {
  const [first] = conversations
  if (conversations.length !== 1 || first === undefined) return
  const name = wellFormed(stringOf(first['display'])).trim()
  const id = wellFormed(stringOf(first['id'])).trim()
  if (name !== '') draft.subject = name
  if (id !== '') draft.threadId = id
}

const addEvents = (
  draft: DocumentDraft,
  events: readonly JsonObject[],
  people: ReadonlyMap<string, Person>,
): void => {
  const writer = new ChatWriter(draft)
  let conversation: string | undefined
  for (const event of events) {
    const at = chatTime(stringOf(event['timestamp']))
    const id = stringOf(event['participant'])
    const speaker = people.get(id) ?? (id === '' ? undefined : { name: id })
    const next = stringOf(event['conversation'])
    if (conversation !== undefined && next !== conversation) writer.close()
    conversation = next
    writer.add({
      words: [stringOf(event['body']), ...listOf(event['attachments']).map(fileName)].join('\n'),
      ...(at === undefined ? {} : { at }),
      ...(speaker === undefined ? {} : { speaker }),
    })
  }
  writer.close()
}

const fileName = (file: JsonObject): string => stringOf(file['display']) || stringOf(file['id'])

/** The files that events name, each once; avatars and the like are no documents. */
const addFiles = async (
  draft: DocumentDraft,
  zip: ZipParts,
  events: readonly JsonObject[],
  { path, depth, budget, readEmbedded }: FileContext,
): Promise<void> => {
  const seen = new Set<string>()
  for (const file of events.flatMap((event) => listOf(event['attachments']))) {
    const id = stringOf(file['id'])
    const part = [id, `attachments/${id}`].find((name) => zip.has(name))
    if (part === undefined || seen.has(part)) continue
    seen.add(part)
    budget.countPart()
    const content = (await zip.read(part)) ?? Buffer.alloc(0)
    const input = {
      path: `${path}.${seen.size - 1}`,
      name: wellFormed(fileName(file)),
      content,
      declaredType: 'application/octet-stream',
      depth: depth + 1,
    }
    addEmbedded(draft, input, await readEmbedded(input))
  }
}
