import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import type {
  ContainerEvent,
  DeadLetter,
  DocumentEvent,
  PreparedDocument,
  Summary,
} from '../../schemas/generated/types.ts'
import { openData, recordsOf } from './open-data.ts'
import { runCli, startArgs } from './run-cli.ts'

const root = new URL('../../../', import.meta.url)
const golden = new URL('test/goldens/example-archive.json', root)
const archive = fileURLToPath(new URL('examples/archive', root))

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

const resultsOf = async (dataDir: string): Promise<Readonly<Record<string, Expected>>> => {
  const view = await openData(dataDir)
  try {
    const places = new Map<string, string>()
    const name = ({ documentId, uri }: { documentId: string; uri: string }) =>
      void places.set(
        documentId,
        decodeURIComponent(uri.slice(uri.indexOf('examples/archive/') + 17)),
      )
    for (const { decoded } of await recordsOf<ContainerEvent>(view, 'archive.containers'))
      name(decoded)
    for (const { decoded } of await recordsOf<DocumentEvent>(view, 'archive.documents'))
      name(decoded)
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
  } finally {
    await view.close()
  }
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

describe('the example archive', function () {
  this.timeout(120_000)

  it('comes to the results that are written down in test/goldens/example-archive.json', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-example-'))
    try {
      const ended = await runCli(...startArgs(archive, dataDir))
      assert.equal(ended.code, 0, ended.err)
      const results = await resultsOf(dataDir)
      // To accept a wanted change: remove the golden, run this test once, look at the difference, commit.
      const accept = !existsSync(golden) && process.env['CI'] === undefined
      if (accept) await writeFile(golden, `${JSON.stringify(results, null, 2)}\n`)
      assert.deepEqual(results, JSON.parse(await readFile(golden, 'utf8')))
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})
