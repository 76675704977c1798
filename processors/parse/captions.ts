import type { Participant } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import type { CanonicalDocument } from '../../topology/model/document.ts'
import { DocumentDraft } from './document-draft.ts'

/** One caption: milliseconds from the start, who speaks where the file says so, and the words on one line. */
interface Cue {
  readonly at: number
  readonly end: number
  readonly speaker?: string
  readonly words: string
}

/** Teams leaves zeroes out: `0:0:3.540`. */
const TIMING =
  /^\s{0,20}(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})(?:\s{0,20}-->\s{0,20}|,)(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})/

/** A pause this long starts a new turn where no speakers are named, milliseconds. */
const TURN_PAUSE = 4_000
/** A turn without a named speaker ends after so many characters, at the end of a sentence. */
const TURN_CHARACTERS = 800

/**
 * Reads WebVTT, SubRip or SubViewer (`0:00:02.460,0:00:04.320`) captions. Cues of one speaker are merged into one `turn` ("speaker: words"), each cue stays marked
 * as a `cue` with its start time. Lines that fit nothing are skipped. Linear; line ends must be LF.
 */
export const parseCaptions = (text: string, type: string, budget: Budget): CanonicalDocument => {
  const draft = new DocumentDraft(type, budget)
  let turn: { speaker: string | undefined; start: number; at: number } | undefined
  let previousEnd = 0
  const closeTurn = (): void => {
    if (turn === undefined) return
    const { speaker, start, at } = turn
    const named = speaker === undefined ? {} : { speaker }
    draft.mark({ kind: 'turn', start, end: draft.length, depth: 0, at, ...named })
    turn = undefined
  }
  for (const cue of readCues(text)) {
    if (turn !== undefined && startsTurn(turn, cue, previousEnd, draft.length)) closeTurn()
    const opens = turn === undefined
    if (opens && draft.length > 0) draft.append('\n')
    turn ??= { speaker: cue.speaker, start: draft.length, at: cue.at }
    if (opens && cue.speaker !== undefined) {
      draft.append(`${cue.speaker}: `)
      draft.addParticipant(speakerOf(cue.speaker))
    } else if (!opens) draft.append(' ')
    const start = draft.length
    draft.append(cue.words)
    draft.mark({
      kind: 'cue',
      start,
      end: draft.length,
      depth: 1,
      at: cue.at,
      ...(cue.speaker === undefined ? {} : { speaker: cue.speaker }),
    })
    previousEnd = cue.end
  }
  closeTurn()
  return draft.finish()
}

const speakerOf = (name: string): Participant => ({ role: 'speaker', name })

const startsTurn = (
  turn: { readonly speaker: string | undefined; readonly start: number },
  cue: Cue,
  previousEnd: number,
  length: number,
): boolean =>
  cue.speaker !== turn.speaker ||
  (cue.speaker === undefined &&
    (cue.at - previousEnd >= TURN_PAUSE || length - turn.start >= TURN_CHARACTERS))

/** Cues in file order. A cue is a timing line and the lines after it up to a blank one. */
function* readCues(text: string): Generator<Cue> {
  let timing: { at: number; end: number } | undefined
  let lines: string[] = []
  let speaker: string | undefined
  const flush = function* (): Generator<Cue> {
    if (timing !== undefined) {
      for (const cue of cuesOf(timing, lines, speaker)) {
        speaker = cue.speaker
        yield cue
      }
    }
    timing = undefined
    lines = []
  }
  for (const line of eachLine(text)) {
    const next = /^\s{0,20}\d/.test(line) ? timingOf(line) : undefined
    if (next !== undefined) {
      // A counter line of SubRip stands before the timing; a missing blank line puts it into the cue before.
      if (lines.length > 0 && /^\s*\d{1,7}\s*$/.test(lines.at(-1) ?? '')) lines.pop()
      yield* flush()
      timing = next
    } else if (line.trim() === '') yield* flush()
    else if (timing !== undefined) lines.push(line)
  }
  yield* flush()
}

function* eachLine(text: string): Generator<string> {
  let start = 0
  while (start <= text.length) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    yield text.slice(start, end)
    start = end + 1
  }
}

const timingOf = (line: string): { at: number; end: number } | undefined => {
  const match = TIMING.exec(line.slice(0, 200))
  if (match === null) return undefined
  return { at: milliseconds(match, 1), end: milliseconds(match, 5) }
}

const milliseconds = (match: RegExpExecArray, group: number): number =>
  Number(match[group] ?? 0) * 3_600_000 +
  Number(match[group + 1]) * 60_000 +
  Number(match[group + 2]) * 1000 +
  Number((match[group + 3] ?? '').padEnd(3, '0'))

/**
 * The cues in the lines of one block: usually one, more where lines name different speakers. A name holds from the cue that
 * gives it until another one is given; `>>` means another, unnamed speaker.
 */
const cuesOf = (
  timing: { readonly at: number; readonly end: number },
  lines: readonly string[],
  current: string | undefined,
): Cue[] => {
  const cues: { speaker: string | undefined; words: string[] }[] = []
  let speaker = current
  for (const line of lines) {
    for (const piece of splitVoices(line)) {
      if (piece.speaker !== undefined) speaker = piece.speaker === '' ? undefined : piece.speaker
      const words = stripMarkup(piece.words)
      if (words === '') continue
      const last = cues.at(-1)
      if (last !== undefined && last.speaker === speaker) last.words.push(words)
      else cues.push({ speaker, words: [words] })
    }
  }
  return cues.map((cue) => ({
    ...timing,
    words: cue.words.join(' '),
    ...(cue.speaker === undefined ? {} : { speaker: cue.speaker }),
  }))
}

const VOICE = /<v(?:\.[^\s>]{0,50})?\s([^>]{1,100})>/g
/** `NAME:` in capitals, or `>> Name:`. */
const NAMED =
  /^\s{0,5}(?:(?:>>|-)\s{0,3})?([A-Z][A-Z .'-]{1,38}[A-Z.]|(?<=>>\s{0,3})[^\s:][^:]{0,38}):\s+/

const splitVoices = (line: string): { speaker?: string; words: string }[] => {
  if (line.includes('<v')) {
    const voices = [...line.matchAll(VOICE)]
    if (voices.length > 0)
      return voices.map((voice, index) => ({
        speaker: (voice[1] ?? '').trim(),
        words: line.slice(voice.index + voice[0].length, voices[index + 1]?.index),
      }))
  }
  const named = NAMED.exec(line.slice(0, 100))
  if (named !== null)
    return [{ speaker: (named[1] ?? '').trim(), words: line.slice(named[0].length) }]
  if (/^\s{0,5}>>/.test(line)) return [{ speaker: '', words: line.replace(/^\s*>+\s*/, '') }]
  return [{ words: line }]
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  lrm: '',
  rlm: '',
}

/** Cue tags (`<i>`, `<c.x>`, time stamps, SubRip's `{\an8}`) go; the entities of WebVTT are decoded. */
const stripMarkup = (words: string): string =>
  words
    .replace(/<[^<>]{0,200}>|\{\\[^{}]{0,50}\}/g, '')
    .replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_entity, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()
