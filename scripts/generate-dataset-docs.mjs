// Writes docs/datasets.md: every column of every Parquet dataset, from sinks/parquet, with the docs of the Avro fields they come from. Needs a
// build. `--check` writes nothing and fails when the committed page differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { datasets } from '../dist/sinks/parquet/index.js'

const target = new URL('../docs/datasets.md', import.meta.url)

/** Rows of a dataset, and the schemas whose fields its columns are. */
const about = {
  documents: ['One row per revision of a document.', 'prepared-document'],
  redactions: [
    'One row per stretch of the text that was rewritten: its place and type, never what stood there. What was rewritten in subjects and names is counted in `documents` and has no row.',
    'prepared-document',
    'prepared-text',
  ],
  chunks: ['One row per chunk, with its redacted text.', 'chunk-set', 'chunk-file'],
  embeddings: ['One row per chunk and model, with its vector.', 'embedding-set'],
  classifications: ['One row per chunk, model and label.', 'classification-set'],
  summaries: ['One row per summary of a revision.', 'summary'],
}

/** Columns that are not called as their field, or are made of several. */
const meanings = {
  chunk_id: 'Id of the chunk, from content and settings.',
  ordinal: 'Number of the chunk in its document, from 0.',
  'chunks.text': 'The redacted text.',
  'chunks.tokens': 'Tokens of the chunk.',
  'embeddings.tokens': 'Tokens of the chunk.',
  entity: 'Type of personal data, or `custom/<name>`.',
  'redactions.ordinal': 'Number of the row in its document, from 0.',
  'redactions.prepared_uri': 'Prepared text that the offsets are of.',
  'redactions.start_offset': 'Offset of its first UTF-16 unit in the redacted text.',
  'redactions.end_offset': 'Offset behind its last UTF-16 unit in the redacted text.',
  redacted: 'Sum of `redactions`.',
  embedding: 'The vector, of `dimensions` numbers.',
  start_offset: 'Offset of the first UTF-16 unit of the chunk in the prepared text.',
  end_offset: 'Offset behind the last UTF-16 unit of the chunk in the prepared text.',
  start_byte: 'The same in bytes of the prepared text as UTF-8. Null in rows of older chunk files.',
  end_byte: 'Offset behind the last byte. Null in rows of older chunk files.',
  start_code_point: 'The same in code points, as Python counts. Null in rows of older chunk files.',
  end_code_point: 'Offset behind the last code point. Null in rows of older chunk files.',
  text_hash:
    'Equal for chunks of equal words, see [Equal texts](#equal-texts). Null in rows of older chunk files.',
  'chunks.source_start':
    'Offset of its first UTF-16 unit in the text as it was before redaction. Null in rows of older chunk files.',
  'chunks.source_end':
    'Offset behind its last UTF-16 unit there. Null in rows of older chunk files.',
  'redactions.source_start':
    'Offset of its first UTF-16 unit in the text as it was before redaction. Null in rows of older files.',
  'redactions.source_end': 'Offset behind its last UTF-16 unit there. Null in rows of older files.',
  header: 'What stood before the text when it was embedded; null where nothing did.',
  near_keys: 'See [Near-duplicates](#near-duplicates); empty unless `chunk.nearDuplicates` is on.',
  source_offset: 'Offset of the record, in the topic and partition that the footer names.',
  'documents.prepared_uri': 'URI of the prepared document.',
  chunk_set_uri: 'URI of the chunk file.',
  'summaries.citations':
    'Ids of the chunks that the text rests on, as the model cited them. Empty where sentences were taken whole.',
  'summaries.points':
    'What matters most, by a large language model; `citations` are the ids of the chunks that say so, with spaces between them.',
  'summaries.fallback':
    'Code of why sentences of the document stand in for what a large language model was to write.',
}

const fieldDocs = (schema, found = new Map()) => {
  if (Array.isArray(schema)) for (const each of schema) fieldDocs(each, found)
  else if (typeof schema === 'object' && schema !== null) {
    for (const { name, doc } of schema.fields ?? []) if (!found.has(name)) found.set(name, doc)
    for (const { type } of schema.fields ?? []) fieldDocs(type, found)
    for (const inner of [schema.items, schema.values, schema.type]) fieldDocs(inner, found)
  }
  return found
}

const readSchema = (name) =>
  JSON.parse(readFileSync(new URL(`../schemas/${name}.avsc`, import.meta.url), 'utf8'))

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())

const leafTypes = { BYTE_ARRAY: 'string', INT32: 'int32', FLOAT: 'float', BOOLEAN: 'boolean' }
const leafType = ({ type, converted_type: converted }) =>
  type !== 'INT64' ? leafTypes[type] : converted ? 'timestamp (ms, UTC)' : 'int64'

const typeOf = ({ shape, elements }) => {
  const [top, , item, ...fields] = elements
  if (shape === 'value') return leafType(top)
  if (top.converted_type === 'MAP') return `map<${[item, ...fields].map(leafType).join(', ')}>`
  if (fields.length === 0) return `list<${leafType(item)}>`
  return `list<struct<${fields.map((each) => `${each.name} ${leafType(each)}`).join(', ')}>>`
}

const row = (dataset, docs) => (column) => {
  const { name, elements, bloom, statistics } = column
  const doc = meanings[`${dataset}.${name}`] ?? meanings[name] ?? docs.get(camel(name))
  if (!doc) throw new Error(`nothing says what ${dataset}.${name} means`)
  const isOptional = elements[0].repetition_type === 'OPTIONAL'
  const isRange = column.shape === 'value' && statistics === 'ordered'
  const skips = bloom ? 'bloom filter' : isRange ? 'range' : ''
  const text = doc.replaceAll('|', '\\|').replaceAll('\n', ' ')
  return `| \`${name}\` | ${typeOf(column)} | ${isOptional ? 'yes' : ''} | ${skips} | ${text} |`
}

const section = (name) => {
  const [rows, ...schemas] = about[name]
  const docs = fieldDocs(schemas.map(readSchema))
  return `## ${name}

${rows}

| column | type | null | skipped by | meaning |
| --- | --- | --- | --- | --- |
${datasets[name].columns.map(row(name, docs)).join('\n')}
`
}

const page = `# Datasets

<!-- Generated from sinks/parquet and the schemas by \`npm run docs:datasets\`. -->

What lands in Parquet: \`parquet/<dataset>/tenant=<tenant>/date=<day>/<topic>+<partition>+<start>.parquet\` in the object store,
hive-partitioned by tenant and by the day (or month, \`parquet.partitionBy\`) when the document was sent, else archived.

\`\`\`sql
SELECT label, count(*) FROM read_parquet('objects/parquet/classifications/**/*.parquet', hive_partitioning = true)
WHERE tenant = 'acme' AND date >= '2024-01-01' AND accepted GROUP BY label
\`\`\`

- A file holds what one range of a topic brought for one tenant and day. It is there whole or not at all, and equal ranges give equal
  bytes; an erasure replaces it at once by one without the rows of the erased document. A reader that opens a file by its name more than once for one
  query (DuckDB does) may fail on one that is replaced in between (\`Invalid Error\`): ask again.
- A new revision of a document brings new rows; those of the older one stay. Take the highest \`revision\` of a \`document_id\`.
- "skipped by" says how a reader can leave row groups unread: by a range (smallest and largest value) or by a bloom filter.
- The footer holds \`dataset\`, \`topic\`, \`partition\`, \`start\` and \`end\` (offsets, the end not included), \`schema\` (fingerprint of the
  columns), \`writer\` (version), \`models\`, and \`generation\` (how often an erasure rewrote the file).
- Pages are compressed by zstd, embeddings in BYTE_STREAM_SPLIT. Read back in the tests by DuckDB, hyparquet, pyarrow 26 and Spark 3.5: counts,
  sums, types, nulls, every bit of the vectors, partitions that are skipped.
- **Spark 3.5** reads embeddings only with \`spark.sql.parquet.enableNestedColumnVectorizedReader=false\`: its vectorised reader does not know
  their encoding, and says \`Unsupported encoding: BYTE_STREAM_SPLIT\`. All other columns it reads either way.

Programs to start from, which the integration tests run: [in Python](../examples/read/python/read_parquet.py) with DuckDB and pyarrow,
[in TypeScript](../examples/read/typescript/read-parquet.ts) with DuckDB.

## Event time and late records

The folder of a row is told by its document alone: the UTC day (or month) of \`sent_at\`, else of \`archived_at\`, else 1970-01-01. When it is
processed does not matter, so a mail of 2019 that comes today lands in \`date=2019-…\`, in a file of its own beside those that are there; nothing
is too late, no file is opened again for it, and no window is ever closed. So a reader of a day that has been read before looks for files that it does
not know: names only grow in their offset, by topic and partition. A range that holds mails of many days becomes as many files; archives of years are
better partitioned by \`month\`.

## Schemas that grow

A new version may add columns and never changes what one means or its type. Files of both stand side by side; \`schema\` in the footer
tells them apart. Readers take them together: \`union_by_name = true\` (DuckDB), \`mergeSchema\` (Spark), \`pa.unify_schemas\` (pyarrow). A
column that a file does not have is null. A file that was written and not yet committed when the process was killed
and replaced by a newer version stays as it is: where it is of the same range and has the same documents and revisions in the same order, the newer
version takes it for its own. \`redactions\` has no rows for ranges that were written before the version that brought it; publish
those documents again under a new revision where they are wanted.

## Equal texts

The same reply, footer or attachment is sent many times over. \`text_hash\` of a chunk is the hex SHA-256 of its redacted text as UTF-8, in NFC, with
each run of white space made one space and none at its ends (white space: \`White_Space\` of Unicode, and U+FEFF), so it is equal wherever the same
words stand, in whatever document. It tells exact copies only: one other word or letter case makes another hash. Nothing is left out for it; who
wants each text once groups:

\`\`\`sql
SELECT text_hash, count(*) AS copies, min_by(text, (archived_at, chunk_id)) AS text
FROM read_parquet('objects/parquet/chunks/**/*.parquet', hive_partitioning = true, union_by_name = true)
WHERE tenant = 'acme' AND text_hash IS NOT NULL GROUP BY text_hash HAVING count(*) > 1 ORDER BY copies DESC
\`\`\`

## Near-duplicates

With \`chunk.nearDuplicates\` every chunk gets 16 keys in \`near_keys\`: a MinHash of 128 numbers over runs of five words (between white space, small
letters, NFC), in 16 bands of 8. Two texts that share a part s of all their runs (Jaccard) have a key in common with a chance of 1 − (1 − s⁸)¹⁶:
0.06 at s = 0.5, 0.61 at 0.7, 0.95 at 0.8, 1.00 at 0.9. Keys are equal everywhere and in every version. They are candidates: who wants to be
sure compares the texts.

\`\`\`sql
WITH keyed AS (SELECT chunk_id, unnest(near_keys) AS key
  FROM read_parquet('objects/parquet/chunks/**/*.parquet', hive_partitioning = true, union_by_name = true) WHERE tenant = 'acme')
SELECT a.chunk_id, b.chunk_id AS near, count(*) AS shared FROM keyed a JOIN keyed b ON a.key = b.key AND a.chunk_id < b.chunk_id
GROUP BY ALL ORDER BY shared DESC
\`\`\`

## Small files

Every range, tenant and day is a file. Larger \`parquet.maxRecords\`, \`parquet.maxBytes\` and \`parquet.maxAgeMs\` make fewer of them, at the cost of
memory and of how soon a row is seen. Files that are there may be joined by whoever wants to, **into another folder**:

\`\`\`sql
COPY (SELECT * FROM read_parquet('objects/parquet/chunks/tenant=acme/date=2024-01-*/*.parquet', hive_partitioning = true, union_by_name = true)
      ORDER BY document_id, revision)
TO 'compacted/chunks' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (tenant, date), ROW_GROUP_SIZE 20000)
\`\`\`

Take only days that lie far enough back, note which files went in (\`SELECT DISTINCT filename\`), and add the others by name when you read. Leave the files
themselves where they are: an erasure looks for rows in them, under their own names, and a range that is written again after a crash must find its
own. **Erasures do not reach copies.** After one, make the copy of its days anew: the rewritten files carry a higher \`generation\` in their footer.

${Object.keys(datasets).map(section).join('\n')}`

const wanted = await format(page, { ...(await resolveConfig(target)), parser: 'markdown' })
if (!process.argv.includes('--check')) writeFileSync(target, wanted)
else if (readFileSync(target, 'utf8').replaceAll('\r\n', '\n') !== wanted) {
  console.error('docs/datasets.md is out of date: run `npm run docs:datasets` and commit')
  process.exit(1)
}
