import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Span } from '../../topology/model/document.ts'
import type { Collection, Question, Source } from './collection.ts'

interface Meeting {
  readonly meeting_transcripts: readonly { readonly speaker: string; readonly content: string }[]
  readonly specific_query_list: readonly {
    readonly query: string
    readonly relevant_text_span: readonly (readonly [string, string])[]
  }[]
}

/** Meetings of QMSum (github.com/Yale-LILY/QMSum), each a talk of turns, and its questions with the turns that answer them. */
export const readMeetings = (folder: string, most: number): Collection => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted()
  const every = Math.max(1, Math.floor(names.length / most))
  const sources: Source[] = []
  const questions: Question[] = []
  for (const name of names.filter((_, at) => at % every === 0).slice(0, most)) {
    const meeting = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Meeting
    const { source, turns } = talkOf(meeting)
    for (const { query, relevant_text_span: spans } of meeting.specific_query_list) {
      const answers = spans.flatMap(([first, last]) => {
        const [from, to] = [turns[Number(first)], turns[Number(last)]]
        return from && to ? [{ source: sources.length, start: from.start, end: to.end }] : []
      })
      if (answers.length > 0) questions.push({ text: query, answers })
    }
    sources.push(source)
  }
  return { sources, questions }
}

const talkOf = ({ meeting_transcripts: said }: Meeting): { source: Source; turns: Span[] } => {
  let text = ''
  const turns = said.map(({ speaker, content }): Span => {
    const start = text.length
    text += `${speaker}: ${content}\n`
    return { kind: 'turn', start, end: text.length - 1, depth: 0, speaker }
  })
  return { source: { text, spans: turns }, turns }
}
