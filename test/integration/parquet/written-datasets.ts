import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asTenantId } from '../../../schemas/brands.ts'
import { encodeFile } from '../../../schemas/container-file.ts'
import { preparedTextCodec } from '../../../schemas/generated/codecs.ts'
import type { PreparedDocument } from '../../../schemas/generated/types.ts'
import { optionalText, type Column } from '../../../sinks/parquet/column.ts'
import { documents } from '../../../sinks/parquet/documents.ts'
import { parquetSink } from '../../../sinks/parquet/index.ts'
import { createParquetFile } from '../../../sinks/parquet/parquet-file.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import {
  aFinding,
  anEmbeddingSet,
  aPreparedDocument,
  aPreparedText,
  vectorBytes,
} from '../../builders/outputs.ts'
import { aRange, aSinkContext, sinkRecords } from '../../builders/test-ports.ts'

/** What a reader must find, but for the names of types, which are its own. */
export interface WrittenFacts {
  readonly documents: Readonly<Record<string, number | string>>
  readonly embeddings: { readonly rows: number; readonly bits: string }
  readonly redactions: { readonly rows: number; readonly first: number }
  readonly evolved: Readonly<Record<string, number>>
}

const day = (n: number): number => Date.UTC(2024, 0, 1 + n, 12)
const count = 60
const dimensions = 384

/** Floats that a careless reader or writer changes: zeros with a sign, the smallest, the largest, odd fractions. */
const oddFloats = [-0, 1.401298464324817e-45, 3.4028234663852886e38, -1.1754943508222875e-38, 0.1]
const vectorOf = (n: number): Float32Array =>
  Float32Array.from({ length: dimensions }, (_, i) =>
    i < oddFloats.length ? oddFloats[i]! : Math.sin(n * 1000 + i) / 7,
  )

const documentOf = (n: number): PreparedDocument =>
  aPreparedDocument({
    documentId: documentIdOf(n),
    tenantId: asTenantId(n % 2 ? 'acme' : 'übergröße & co'),
    revision: 9_007_199_254_740_000n + BigInt(n),
    sentAt: day(n % 3),
    tokens: n,
    language: n % 4 === 0 ? null : 'en',
    redactions: n % 5 === 0 ? {} : { EMAIL: n, PHONE: 1 },
    ...(n % 6 === 0 && { attachments: [] }),
  })

const sum = (of: (n: number) => number): number =>
  Array.from({ length: count }, (_, n) => of(n)).reduce((total, each) => total + each, 0)

/** Writes every dataset below the folder as the sinks do, and one whose files have three schemas. */
export const writeDatasets = async (folder: string): Promise<WrittenFacts> => {
  const objects = inMemoryObjectStore()
  const context = aSinkContext({ objects })
  const all = Array.from({ length: count }, (_, n) => documentOf(n))
  const prepared = await Promise.all(
    all.map(async (event, n) => {
      const name = `prepared/${n}.avro`
      await objects.put(
        name,
        encodeFile(preparedTextCodec, aPreparedText({ findings: [aFinding({ start: n })] })),
      )
      return { ...event, uri: objects.uriOf(name) }
    }),
  )
  await parquetSink({ dataset: 'documents', beside: ['redactions'] }).write(
    aRange('archive.prepared', prepared),
    context,
  )
  const sets = all.map(({ documentId, tenantId, sentAt }, n) =>
    anEmbeddingSet({
      documentId,
      tenantId,
      sentAt,
      dimensions,
      vectors: [
        {
          chunkId: String(n).padStart(4, '0'),
          ordinal: 0,
          tokens: 1,
          vector: vectorBytes(vectorOf(n)),
        },
      ],
    }),
  )
  await parquetSink({ dataset: 'embeddings' }).write(aRange('archive.embeddings', sets), context)
  for (const [name, bytes] of evolvedFiles(all)) await objects.put(name, bytes)
  for (const [name, bytes] of objects.objects) {
    if (!name.startsWith('parquet/')) continue
    const path = join(folder, name.slice('parquet/'.length))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  return factsOf(all)
}

type Row = Parameters<(typeof documents.columns)[number]['value']>[0]

/** The first third of the files lacks a column, the last third has one more. */
const evolvedFiles = (
  all: readonly PreparedDocument[],
): readonly (readonly [string, Uint8Array])[] => {
  const now = documents.columns
  const older = now.filter(({ name }) => name !== 'language')
  const newer: readonly Column<Row>[] = [...now, optionalText<Row>('addition', () => 'new')]
  return [older, now, newer].map((columns, third) => {
    const file = createParquetFile(columns)
    const events = all.slice((third * count) / 3, ((third + 1) * count) / 3)
    file.addRowGroup(sinkRecords('archive.prepared', events).map((record) => ({ record })))
    return [
      `parquet/evolved/tenant=acme/date=2024-01-0${third + 1}/${third}.parquet`,
      file.finish({}),
    ]
  })
}

const factsOf = (all: readonly PreparedDocument[]): WrittenFacts => {
  const hash = createHash('sha256')
  for (let n = 0; n < count; n++) hash.update(vectorBytes(vectorOf(n)))
  const redacted = (n: number): boolean => n % 5 !== 0
  const ofDay = all.filter(
    ({ tenantId, sentAt }) => tenantId === 'acme' && sentAt === day(1),
  ).length
  return {
    documents: {
      rows: count,
      tokens: sum((n) => n),
      languages: sum((n) => (n % 4 === 0 ? 0 : 1)),
      highestRevision: String(9_007_199_254_740_000n + BigInt(count - 1)),
      emails: sum((n) => (redacted(n) ? n : 0)),
      attachments: sum((n) => (n % 6 === 0 ? 0 : 2)),
      sentAt: sum((n) => day(n % 3)),
      // Two tenants, three days.
      files: 6,
      filesOfDay: 1,
      rowsOfDay: ofDay,
    },
    embeddings: { rows: count, bits: hash.digest('hex') },
    redactions: {
      rows: sum((n) => (redacted(n) ? 1 : 0)),
      first: sum((n) => (redacted(n) ? n : 0)),
    },
    evolved: {
      rows: count,
      // The files of the first third have no such column.
      withoutLanguage: sum((n) => (n < count / 3 || n % 4 === 0 ? 1 : 0)),
      withoutAddition: (2 * count) / 3,
      tokens: sum((n) => n),
    },
  }
}
