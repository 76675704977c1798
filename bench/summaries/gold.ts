import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A talk, and what a person wrote when asked to summarise it. */
export interface SummarisedTalk {
  /** As the parser of transcripts gives it: a turn per line. */
  readonly text: string
  readonly turns: readonly string[]
  readonly gold: string
}

interface Meeting {
  readonly meeting_transcripts: readonly { readonly speaker: string; readonly content: string }[]
  readonly general_query_list: readonly { readonly query: string; readonly answer: string }[]
}

/** Marks of the transcribers, which nobody said: `{vocalsound}`. */
const MARKS = /\{[a-z_]+\}/g

/** Meetings of QMSum (github.com/Yale-LILY/QMSum) whose first general question asks for a summary of the whole. */
export const readSummarisedTalks = (folder: string): readonly SummarisedTalk[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap((name) => {
      const meeting = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Meeting
      const [question] = meeting.general_query_list
      if (!question || !/summar/i.test(question.query)) return []
      const said = meeting.meeting_transcripts.map(({ speaker, content }) => ({
        speaker,
        content: content.replaceAll(MARKS, ' ').replaceAll(/\s+/g, ' ').trim(),
      }))
      const turns = said.map(({ content }) => content).filter((content) => content !== '')
      const text = said.map(({ speaker, content }) => `${speaker}: ${content}\n`).join('')
      return [{ text, turns, gold: question.answer }]
    })
