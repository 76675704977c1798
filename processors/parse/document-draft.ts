import type {
  Attachment,
  CanonicalDocument,
  Participant,
  Span,
} from '../../topology/model/document.ts'
import { GrowingText } from '../formats/growing-text.ts'
import type { Budget } from './budget.ts'

/** A canonical document while it is being written: text only grows, spans are sorted at the end. */
export class DocumentDraft {
  readonly type: string
  readonly participants: Participant[] = []
  readonly attachments: Attachment[] = []
  subject: string | undefined
  sent: number | undefined
  last: number | undefined
  threadId: string | undefined
  readonly #text = new GrowingText()
  readonly #spans: Span[] = []
  readonly #warnings = new Set<string>()
  readonly #participantKeys = new Set<string>()
  readonly budget: Budget

  constructor(type: string, budget: Budget) {
    this.type = type
    this.budget = budget
  }

  get length(): number {
    return this.#text.length
  }

  append(text: string): void {
    this.budget.countCharacters(text.length)
    this.#text.append(text)
  }

  mark(span: Span): void {
    if (span.end > span.start) this.#spans.push(span)
  }

  warn(code: string): void {
    this.#warnings.add(code)
  }

  /** Adds a participant once, up to the limit. */
  addParticipant(participant: Participant): void {
    const key = `${participant.role}\n${participant.name ?? ''}\n${participant.address ?? ''}`
    if (this.#participantKeys.has(key)) return
    if (this.participants.length >= this.budget.limits.participants) {
      this.warn('participants-capped')
      return
    }
    this.#participantKeys.add(key)
    this.participants.push(participant)
  }

  /**
   * Adds the text of an attachment after a blank line, under an `attachment` span that encloses its own spans. Its
   * characters were counted when it was read. Whom it names is added too, as author or speaker, so that redaction knows
   * the names that occur in its text.
   */
  embed(document: CanonicalDocument, path: string, depth: number): void {
    for (const { role, ...who } of document.participants)
      this.addParticipant({ role: role === 'speaker' ? role : 'author', ...who })
    if (document.text === '') return
    if (this.length > 0) this.#text.append('\n\n')
    const start = this.length
    this.#text.append(document.text)
    this.mark({ kind: 'attachment', start, end: this.length, depth, path })
    for (const span of document.spans) {
      this.mark({
        ...span,
        start: span.start + start,
        end: span.end + start,
        depth: span.depth + depth,
      })
    }
  }

  finish(): CanonicalDocument {
    return {
      type: this.type,
      text: this.#text.toString(),
      spans: this.#spans.sort(compareSpans),
      participants: this.participants,
      dates: {
        ...(this.sent === undefined ? {} : { sent: this.sent }),
        ...(this.last === undefined ? {} : { last: this.last }),
      },
      attachments: this.attachments,
      warnings: [...this.#warnings].sort(),
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      ...(this.threadId === undefined ? {} : { threadId: this.threadId }),
    }
  }
}

/** By start, enclosing spans first. */
const compareSpans = (a: Span, b: Span): number =>
  a.start - b.start || b.end - a.end || a.depth - b.depth
