import { CommandError, exitCodes } from '../exit-codes.ts'
import { counted, toJson, type Output } from '../output.ts'
import type { ArchiveView } from '../read/archive-view.ts'
import {
  storyOf,
  type ChunkPlaces,
  type DocumentStory,
  type RevisionStory,
} from '../read/document.ts'

/** Everything the archive knows of one document. */
export const show = async (
  view: ArchiveView,
  output: Output,
  documentId: string,
  given: string = documentId,
): Promise<number> => {
  const story = await storyOf(view, documentId)
  if (!story) {
    const message =
      given.toLowerCase() === documentId
        ? `the archive has no document with the id ${documentId}`
        : `nothing was published from ${given}; give the path or URI it was published from, or its id`
    throw new CommandError(exitCodes.failed, message)
  }
  output.value(story)
  printStory(output, story)
  return exitCodes.ok
}

const time = (millis: number): string => new Date(millis).toISOString()

const printStory = (output: Output, story: DocumentStory): void => {
  output.line(`document ${story.documentId}`)
  const last = story.revisions.at(-1)?.prepared
  if (last?.operation === 'ERASE') output.line(`erased with revision ${last.revision}`)
  if (story.uri !== undefined) output.line(`from ${story.uri}`)
  for (const revision of story.revisions) printRevision(output, revision)
  if (story.summary && story.summary.text !== '') {
    const { producedBy, text } = story.summary
    output.line(`summary by ${producedBy.model}@${producedBy.modelVersion}: ${text}`)
  }
  for (const { stage, model, modelVersion } of story.models) {
    output.line(`model of ${stage}: ${model}@${modelVersion}`)
  }
  output.line('history')
  for (const entry of story.ledger) {
    const reason = entry.reason ? ` (${entry.reason})` : ''
    const what = `${entry.subTopology}: ${entry.outcome.toLowerCase()}${reason}`
    output.line(`  ${time(entry.finishedAt)}  revision ${entry.revision}  ${what}`)
    for (const uri of entry.outputs) output.line(`      ${uri}`)
  }
  for (const letter of story.deadLetters) {
    output.line(`dead letter ${letter.id}: ${letter.disposition} ${letter.code}: ${letter.message}`)
  }
}

const printRevision = (output: Output, { prepared, text, chunks }: RevisionStory): void => {
  output.line(`revision ${prepared.revision}: ${prepared.operation.toLowerCase()}`)
  if (prepared.operation === 'ERASE') return
  const size = `${counted(prepared.characters, 'character')}, ${counted(prepared.chunks, 'chunk')}`
  output.line(`  ${prepared.type}, ${size}`)
  output.line(`  policy ${prepared.producedBy.policyVersion}`)
  output.line(`  redacted ${toJson(prepared.redactions)}`)
  if (prepared.warnings.length > 0) output.line(`  warnings ${prepared.warnings.join(', ')}`)
  if (!text) {
    output.line('  text: gone')
    return
  }
  const kinds = new Map<string, number>()
  for (const { kind } of text.spans) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  output.line(`  spans ${toJson(kinds)}`)
  if (text.subject !== null) output.line(`  subject ${text.subject}`)
  printChunks(output, chunks)
}

const MOST_CHUNKS = 20

/** Places in the redacted text (UTF-16, bytes, code points) and in the text before redaction (UTF-16). */
const printChunks = (output: Output, chunks: readonly ChunkPlaces[]): void => {
  for (const chunk of chunks.slice(0, MOST_CHUNKS)) {
    const { ordinal, tokens, headerTokens, start, end } = chunk
    const places = [
      `units ${start}-${end}`,
      range('bytes', chunk.startByte, chunk.endByte),
      range('code points', chunk.startCodePoint, chunk.endCodePoint),
      range('source units', chunk.sourceStart, chunk.sourceEnd),
    ]
    const told = places.filter((place) => place !== '').join(', ')
    const header = headerTokens === 0 ? '' : ` and ${headerTokens} of its header`
    output.line(`  chunk ${ordinal}: ${counted(tokens, 'token')}${header}; ${told}`)
  }
  const more = chunks.length - MOST_CHUNKS
  if (more > 0) output.line(`  and ${counted(more, 'chunk')} more: --json has them all`)
}

/** Chunks of older files do not have all places. */
const range = (unit: string, start: number | null, end: number | null): string =>
  start === null || end === null ? '' : `${unit} ${start}-${end}`
