import { decodeText } from '../formats/charset.ts'
import { delimiterOf, parseCsvRecord } from '../formats/csv-record.ts'

/** One row of a table as the JSON object that `parse` reads: `{"Title": "…", "Review Text": "…"}`. */
export const rowToJson = (header: Uint8Array, row: Uint8Array): Buffer => {
  const headerText = textOf(header)
  const delimiter = delimiterOf(headerText)
  const names = parseCsvRecord(headerText, delimiter)
  const values = parseCsvRecord(textOf(row), delimiter)
  const entries = names.map((name, index) => [name, values[index] ?? ''] as const)
  return Buffer.from(JSON.stringify(Object.fromEntries(entries)))
}

const textOf = (bytes: Uint8Array): string =>
  decodeText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).text.replace(
    /^\ufeff/,
    '',
  )

/** Display names by user id, from the `users.json` of a Slack export. Anything else gives no names. */
export const slackUserNames = (users: Uint8Array): ReadonlyMap<string, string> => {
  const names = new Map<string, string>()
  for (const user of parseArray(users)) {
    if (typeof user !== 'object' || user === null || !('id' in user)) continue
    const name = nameOf(user)
    if (typeof user.id === 'string' && name !== '') names.set(user.id, name)
  }
  return names
}

const parseArray = (bytes: Uint8Array): readonly unknown[] => {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const nameOf = (user: object): string => {
  const profile = 'profile' in user && typeof user.profile === 'object' ? user.profile : null
  const candidates = [
    fieldOf(profile, 'display_name'),
    fieldOf(user, 'real_name'),
    fieldOf(profile, 'real_name'),
    fieldOf(user, 'name'),
  ]
  return candidates.find((name) => name !== '') ?? ''
}

const fieldOf = (value: object | null, key: string): string => {
  const field: unknown = value === null ? undefined : Reflect.get(value, key)
  return typeof field === 'string' ? field.trim() : ''
}

const USER_ID = /\b[UW][A-Z0-9]{6,20}\b/g

/**
 * A Slack day with what `parse` needs beside its messages: the channel, and the names of the users that occur in it. The day
 * itself goes in as it is; when it is no JSON list, so is the result, and `parse` says `broken`.
 */
export const wrapSlackDay = (
  channel: string,
  day: Uint8Array,
  names: ReadonlyMap<string, string>,
): Buffer => {
  const messages = Buffer.from(day).toString('utf8')
  const users = new Map<string, string>()
  for (const [id] of messages.matchAll(USER_ID)) {
    const name = names.get(id)
    if (name !== undefined) users.set(id, name)
  }
  const head = JSON.stringify({ channel, users: Object.fromEntries(users) })
  return Buffer.from(`${head.slice(0, -1)},"messages":${messages}}`)
}
