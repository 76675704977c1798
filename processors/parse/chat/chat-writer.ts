import type { Participant } from '../../../topology/model/document.ts'
import { normaliseLineEnds } from '../../formats/charset.ts'
import type { DocumentDraft } from '../document-draft.ts'
import { wellFormed } from '../well-formed.ts'

/** Something said, or an event that nobody says (`speaker` left out). */
export interface ChatMessage {
  readonly speaker?: Omit<Participant, 'role'>
  /** Epoch milliseconds. */
  readonly at?: number
  readonly words: string
}

/** A pause this long starts a new turn of the same speaker, milliseconds. */
const TURN_PAUSE = 15 * 60_000

interface Turn {
  readonly speaker: string
  readonly start: number
  readonly at: number | undefined
}

/**
 * Writes a chat: messages of one speaker after each other are one `turn` ("name: words", further messages on lines of their own),
 * each message is a `cue` inside it with its own time. Dates of the draft become those of the first and the last message.
 */
export class ChatWriter {
  readonly #draft: DocumentDraft
  #turn: Turn | undefined
  #last: number | undefined

  constructor(draft: DocumentDraft) {
    this.#draft = draft
  }

  add({ speaker, at, words }: ChatMessage): void {
    const text = normaliseLineEnds(wellFormed(words)).trim()
    if (text === '') return
    const name = wellFormed(speaker?.name ?? speaker?.address ?? '').trim()
    if (name !== this.#turn?.speaker || this.#isLater(at)) this.close()
    if (this.#draft.length > 0) this.#draft.append('\n')
    if (name !== '' && this.#turn === undefined) this.#open(name, speaker, at)
    const start = this.#draft.length
    this.#draft.append(text)
    if (name !== '') this.#mark('cue', start, 1, { speaker: name, start, at })
    this.#date(at)
  }

  /** A line above what follows: the name of a conversation. */
  heading(text: string): void {
    this.close()
    if (text.trim() === '') return
    if (this.#draft.length > 0) this.#draft.append('\n')
    const start = this.#draft.length
    this.#draft.append(wellFormed(text).trim())
    this.#draft.mark({ kind: 'heading', start, end: this.#draft.length, depth: 0 })
  }

  /** Ends the open turn; call it after the last message. */
  close(): void {
    if (this.#turn !== undefined) this.#mark('turn', this.#turn.start, 0, this.#turn)
    this.#turn = undefined
    this.#last = undefined
  }

  #isLater(at: number | undefined): boolean {
    return at !== undefined && this.#last !== undefined && at - this.#last >= TURN_PAUSE
  }

  #open(name: string, speaker: ChatMessage['speaker'], at: number | undefined): void {
    this.#turn = { speaker: name, start: this.#draft.length, at }
    this.#draft.append(`${name}: `)
    const { address } = speaker ?? {}
    const named = name === address ? {} : { name }
    this.#draft.addParticipant({
      role: 'speaker',
      ...named,
      ...(address !== undefined && { address }),
    })
  }

  #mark(kind: 'cue' | 'turn', start: number, depth: number, { speaker, at }: Turn): void {
    const dated = at === undefined ? {} : { at }
    this.#draft.mark({ kind, start, end: this.#draft.length, depth, speaker, ...dated })
  }

  #date(at: number | undefined): void {
    if (at === undefined) return
    this.#last = at
    this.#draft.sent = Math.min(this.#draft.sent ?? at, at)
    this.#draft.last = Math.max(this.#draft.last ?? at, at)
  }
}

/** Epoch milliseconds of an ISO 8601 time with its zone, or of seconds or milliseconds since 1970; anything else says nothing. */
export const chatTime = (value: string): number | undefined => {
  const text = value.trim().slice(0, 40)
  if (/^\d{9,10}(?:\.\d{1,9})?$/.test(text)) return Math.round(Number(text) * 1000)
  if (/^\d{12,13}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/.test(text))
    return undefined
  const at = Date.parse(text)
  return Number.isFinite(at) ? at : undefined
}
