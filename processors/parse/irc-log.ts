import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { DocumentDraft } from './document-draft.ts'

export const IRC_LOG_TYPE = 'text/x-irc-log'

/** `[12:34] <nick> words`, as most clients write logs; the time is of the day, so it dates nothing. */
const SAID = /^\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s{1,3}<[ @+%~&]?([^<>\s]{1,60})>\s(.*)$/
/** Joins, parts and actions: `=== nick has joined`, `[12:34] * nick waves`. */
const EVENT = /^(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s{1,3}[*-]|={3}|-{3})\s?/
const LOOKED_AT = 40

/** True when nearly all of the first lines are of an IRC log, and some of them are said by somebody. */
export const isIrcLog = (text: string): boolean => {
  const lines = text
    .slice(0, 8192)
    .split('\n', LOOKED_AT)
    .filter((line) => line.trim() !== '')
  const said = lines.filter((line) => SAID.test(line.slice(0, 200))).length
  const events = lines.filter((line) => EVENT.test(line.slice(0, 200))).length
  return said >= 3 && said + events >= lines.length * 0.9
}

/** One turn per line, "nick: words"; lines that nobody says stay as they are, outside of turns. Line ends must be LF. */
export const parseIrcLog = (text: string, budget: Budget): CanonicalDocument => {
  const draft = new DocumentDraft(IRC_LOG_TYPE, budget)
  const speakers = new Set<string>()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    if (draft.length > 0) draft.append('\n')
    const start = draft.length
    const said = SAID.exec(line)
    const speaker = said?.[1]
    if (speaker === undefined) {
      draft.append(line.trimEnd())
      continue
    }
    draft.append(`${speaker}: ${said?.[2]?.trimEnd() ?? ''}`)
    draft.mark({ kind: 'turn', start, end: draft.length, depth: 0, speaker })
    speakers.add(speaker)
  }
  for (const name of speakers) draft.addParticipant({ role: 'speaker', name })
  return draft.finish()
}
