import type { Storage } from './compound-file.ts'
import type { MapiAttachment, MapiMessage } from './mapi-message.ts'
import { MAPI, type MapiProperties, type MapiProperty } from './mapi-properties.ts'

const PROPERTIES = '__properties_version1.0'

/** Whether a folder of a compound file is an Outlook message. */
export const isMsg = (storage: Storage): boolean => storage.streams.has(PROPERTIES)

/**
 * The message in a folder of a compound file (MS-OXMSG): the root of a .msg file, or an attached message inside one. Streams are
 * read when a property is asked for.
 */
export const msgMessage = (storage: Storage, isRoot = true): MapiMessage => ({
  properties: propertiesOf(storage, isRoot ? 32 : 24),
  recipients: inside(storage, '__recip_version1.0_').map((folder) => propertiesOf(folder, 8)),
  attachments: inside(storage, '__attach_version1.0_').map(attachmentOf),
})

const inside = (storage: Storage, prefix: string): readonly Storage[] =>
  storage.storages.filter((folder) => folder.name.startsWith(prefix))

const attachmentOf = (folder: Storage): MapiAttachment => {
  const properties = propertiesOf(folder, 8)
  const message = folder.storages.find((inner) => inner.name.startsWith('__substg1.0_3701000D'))
  if (message !== undefined && isMsg(message))
    return { properties, message: () => msgMessage(message, false) }
  const data = properties.get(MAPI.attachData)
  return { properties, ...(data !== undefined && { content: data.value }) }
}

const STREAM = /^__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})$/
const ENTRY_BYTES = 16

/** Values of fixed size stand in one stream after a header, the others are streams of their own. */
const propertiesOf = (storage: Storage, headerBytes: number): MapiProperties => {
  const properties = new Map<number, MapiProperty>()
  const fixed = storage.streams.get(PROPERTIES)?.() ?? Buffer.alloc(0)
  for (let at = headerBytes; at + ENTRY_BYTES <= fixed.length; at += ENTRY_BYTES)
    properties.set(fixed.readUInt16LE(at + 2), {
      type: fixed.readUInt16LE(at),
      value: () => fixed.subarray(at + 8, at + ENTRY_BYTES),
    })
  for (const [name, value] of storage.streams) {
    const match = STREAM.exec(name)
    if (match === null) continue
    const type = Number.parseInt(match[2] ?? '', 16)
    properties.set(Number.parseInt(match[1] ?? '', 16), { type, value })
  }
  return properties
}
