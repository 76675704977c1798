import { decodeFile } from '../../schemas/container-file.ts'
import { preparedTextCodec } from '../../schemas/generated/codecs.ts'
import type { FindingRecord, PreparedDocument } from '../../schemas/generated/types.ts'
import { isMarkedErased } from '../../topology/model/erased-mark.ts'
import type { Failure } from '../../topology/model/failure.ts'
import * as column from './column.ts'
import {
  leadingColumns,
  originColumns,
  rows,
  type Dataset,
  type FromRecord,
  type Rows,
} from './dataset.ts'

/** One finding, before it is cut into columns. */
export interface RedactionRow extends FromRecord<PreparedDocument> {
  readonly finding: FindingRecord
  readonly ordinal: number
}

const failed = (code: string, what: string): Rows<RedactionRow> => {
  const message = `the prepared text of this event ${what}: prepare the document again`
  const disposition: Failure['disposition'] =
    code === 'prepared-text-missing' ? 'NOT_FOUND' : 'UNREADABLE'
  return { kind: 'failed', failure: { disposition, code, message } }
}

const missing = failed('prepared-text-missing', 'is not in the object store')
const unreadable = failed('prepared-text-unreadable', 'cannot be decoded')

const findingsIn = (bytes: Uint8Array): readonly FindingRecord[] | undefined => {
  try {
    return decodeFile(preparedTextCodec, bytes).findings
  } catch {
    return undefined
  }
}

const countOf = ({ redactions: counts }: PreparedDocument): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** One row per stretch of the text that was rewritten: its place and type, never what stood there. */
export const redactions: Dataset<PreparedDocument, RedactionRow> = {
  name: 'redactions',
  compacted: false,
  columns: [
    ...leadingColumns<PreparedDocument, RedactionRow>(),
    column.int('ordinal', ({ ordinal }) => ordinal),
    column.text('entity', ({ finding }) => finding.type),
    column.int('start_offset', ({ finding }) => finding.start),
    column.int('end_offset', ({ finding }) => finding.end),
    column.optionalInt('source_start', ({ finding }) => finding.sourceStart),
    column.optionalInt('source_end', ({ finding }) => finding.sourceEnd),
    column.int('score', ({ finding }) => finding.score),
    column.text('recogniser', ({ finding }) => finding.recogniser),
    column.text('content_hash', ({ record }) => record.value.contentHash),
    column.reference('prepared_uri', ({ record }) => record.value.uri),
    ...originColumns<PreparedDocument, RedactionRow>(),
  ],
  identityOf: (event) => event,
  rowsOf: async (record, objects) => {
    const { uri, redactions: counts } = record.value
    // Nothing was rewritten: the file needs no look.
    if (countOf(record.value) === 0) return rows([])
    const bytes = uri === null ? undefined : await objects.get(uri)
    if (!bytes) return (await isMarkedErased(objects, record.value)) ? { kind: 'erased' } : missing
    const findings = findingsIn(bytes)
    if (!findings) return unreadable
    // Of types that are kept as they are nothing is counted.
    const rewritten = findings.filter(({ type }) => (counts[type] ?? 0) > 0)
    return rows(rewritten.map((finding, ordinal) => ({ record, finding, ordinal })))
  },
  bytesOf: () => 300,
  bytesOfEvent: (event) => 300 * countOf(event),
}
