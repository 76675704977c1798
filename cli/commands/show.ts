import { CommandError, exitCodes } from '../exit-codes.ts'
import { counted, toJson, type Output } from '../output.ts'
import type { ArchiveView } from '../read/archive-view.ts'
import { storyOf, type DocumentStory, type RevisionStory } from '../read/document.ts'

/** Everything the archive knows of one document. */
export const show = async (
  view: ArchiveView,
  output: Output,
  documentId: string,
): Promise<number> => {
  const story = await storyOf(view, documentId)
  if (!story) {
    const message = `the archive has no document ${documentId}; give its id, or the path it was published from`
    throw new CommandError(exitCodes.failed, message)
  }
  output.value(story)
  printStory(output, story)
  return exitCodes.ok
}

const time = (millis: number): string => new Date(millis).toISOString()

const printStory = (output: Output, story: DocumentStory): void => {
  output.line(`document ${story.documentId}`)
  if (story.uri !== undefined) output.line(`from ${story.uri}`)
  for (const revision of story.revisions) printRevision(output, revision)
  if (story.summary) {
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

const printRevision = (output: Output, { prepared, text }: RevisionStory): void => {
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
}
