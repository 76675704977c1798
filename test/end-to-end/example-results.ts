import type { ArchiveView } from '../../cli/read/archive-view.ts'
import type {
  ContainerEvent,
  DeadLetter,
  DocumentEvent,
  PreparedDocument,
  Summary,
} from '../../schemas/generated/types.ts'
import { recordsOf } from './open-data.ts'

/** What is expected of one document, by its place in the archive. */
interface Expected {
  readonly outcome: string
  readonly type?: string
  readonly characters?: number
  readonly tokens?: number
  readonly chunks?: number
  readonly redactions?: Readonly<Record<string, number>>
  readonly attachments?: readonly string[]
  readonly warnings?: readonly string[]
  readonly summary?: string
}

/** What became of the example archive, as test/goldens/example-archive.json has it. */
export const exampleResults = async (
  open: () => Promise<ArchiveView>,
): Promise<Readonly<Record<string, Expected>>> => {
  const view = await open()
  try {
    return await resultsIn(view)
  } finally {
    await view.close()
  }
}

const resultsIn = async (view: ArchiveView): Promise<Readonly<Record<string, Expected>>> => {
  const places = new Map<string, string>()
  const name = ({ documentId, uri }: { documentId: string; uri: string }) =>
    void places.set(
      documentId,
      decodeURIComponent(uri.slice(uri.indexOf('examples/archive/') + 17)),
    )
  for (const { decoded } of await recordsOf<ContainerEvent>(view, 'archive.containers'))
    name(decoded)
  for (const { decoded } of await recordsOf<DocumentEvent>(view, 'archive.documents')) name(decoded)
  const found = new Map<string, Expected>()
  for (const { decoded } of await recordsOf<PreparedDocument>(view, 'archive.prepared')) {
    found.set(decoded.documentId, preparedOf(decoded))
  }
  for (const { decoded } of await recordsOf<Summary>(view, 'archive.summaries')) {
    const known = found.get(decoded.documentId)
    if (known) found.set(decoded.documentId, { ...known, summary: decoded.text })
  }
  for (const { decoded } of await recordsOf<DeadLetter>(view, 'archive.dead-letters')) {
    const outcome = `dead letter ${decoded.disposition} ${decoded.stage} ${decoded.code}`
    found.set(decoded.documentId ?? '', { outcome })
  }
  const pairs = [...found].map(([id, each]) => [places.get(id) ?? id, each] as const)
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const preparedOf = (prepared: PreparedDocument): Expected => ({
  outcome: 'delivered',
  type: prepared.type,
  characters: prepared.characters,
  tokens: prepared.tokens,
  chunks: prepared.chunks,
  redactions: Object.fromEntries(
    Object.entries(prepared.redactions).sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
  attachments: prepared.attachments.map(({ path, type, status }) => `${path} ${type} ${status}`),
  warnings: prepared.warnings,
})
