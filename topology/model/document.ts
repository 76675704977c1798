/**
 * The canonical form of a document between the stages of the prepare sub-topology.
 *
 * A document is one immutable text and a table of spans over it. All offsets are UTF-16 code units into `text`,
 * half-open: `[start, end)`. Spans of one kind never overlap at the same depth; they are sorted by `start`, and an
 * enclosing span comes before the spans inside it.
 */
export type SpanKind =
  | 'header'
  | 'body'
  | 'quote'
  | 'signature'
  | 'disclaimer'
  | 'forward'
  | 'turn'
  | 'cue'
  | 'page'
  | 'heading'
  | 'table-row'
  | 'attachment'

/** One marked stretch of a canonical text. */
export interface Span {
  readonly kind: SpanKind
  /** First UTF-16 code unit. */
  readonly start: number
  /** One past the last UTF-16 code unit. */
  readonly end: number
  /** Nesting: 0 for the document itself, 1 for the first quote level or the first attachment level, and so on. */
  readonly depth: number
  /** Who speaks, for `turn` and `cue`. Personal data until redacted. */
  readonly speaker?: string
  /** When it was said, for `turn` and `cue`: epoch milliseconds for chats, milliseconds from the start for captions. */
  readonly at?: number
  /** Place inside the source: `0.2.1` for the parts of a mail, a page number for `page`. */
  readonly path?: string
}

/** Somebody named by the document's own headers or speakers. Personal data until redacted. */
export interface Participant {
  readonly role: 'from' | 'sender' | 'reply-to' | 'to' | 'cc' | 'bcc' | 'author' | 'speaker'
  readonly name?: string
  readonly address?: string
}

/** A part that travelled with the document. Its text, where it could be read, is in the canonical text. */
export interface Attachment {
  /** Place inside the source, as in {@link Span.path}. */
  readonly path: string
  readonly name?: string
  /** Media type by content, lower case: `application/pdf`. */
  readonly type: string
  /** Decoded size in bytes. */
  readonly bytes: number
  /** `read`: its text is in the document. The others say why it is not. */
  readonly status: 'read' | 'unsupported' | 'encrypted' | 'broken' | 'limit'
}

/** What `parse` makes of a file and `redact` rewrites: same shape before and after. */
export interface CanonicalDocument {
  /** Media type by content: `message/rfc822`, `text/vtt`, `application/x-slack-day+json`. */
  readonly type: string
  readonly text: string
  readonly spans: readonly Span[]
  readonly subject?: string
  readonly participants: readonly Participant[]
  /** Epoch milliseconds. `sent` from the Date header or the first turn; `last` of the last turn. */
  readonly dates: { readonly sent?: number; readonly last?: number }
  /** Stable id of the conversation: the first reference of a mail, the channel of a chat. Personal data until redacted. */
  readonly threadId?: string
  readonly attachments: readonly Attachment[]
  /** ISO 639-1, where it could be told. */
  readonly language?: string
  /** What was odd but did not stop the parser, as codes: `charset-guessed`, `date-unreadable`. Never document text. */
  readonly warnings: readonly string[]
}

/** A piece of a document's text that fits a model. */
export interface Chunk {
  /** UUID derived from content and settings: the same text under the same settings has the same id everywhere. */
  readonly id: string
  /** Position among the document's chunks, from 0. */
  readonly ordinal: number
  readonly start: number
  readonly end: number
  /** The same place in bytes of the text as UTF-8, and in code points. */
  readonly startByte: number
  readonly endByte: number
  readonly startCodePoint: number
  readonly endCodePoint: number
  /** Equal for chunks of the same words: SHA-256 of the text in NFC with its white space evened, hex. */
  readonly textHash: string
  /** Token ids of `text.slice(start, end)`, without special tokens. */
  readonly ids: Int32Array
  /** True when one word was longer than the limit and had to be cut inside. */
  readonly hardSplit: boolean
  /** The stretch of the text before redaction that it was made of. */
  readonly sourceStart: number
  readonly sourceEnd: number
  /** Put before the text when it is embedded; ends in a line feed. Of the redacted document, and no part of its text. */
  readonly header?: string
  /** Token ids of the header. They and `ids` fit the limit together. */
  readonly headerIds?: Int32Array
  /** Where near-duplicates are marked: chunks that share one of these keys probably are. */
  readonly nearKeys?: readonly string[]
}

/** Token ids with their place in the text. `offsets` holds start and end of token i at 2i and 2i + 1, in UTF-16 units. */
export interface Tokens {
  readonly ids: Int32Array
  readonly offsets: Int32Array
  /** 1 where cutting before token i changes no other token. Left out by tokenisers whose ids tell. */
  readonly wordStarts?: Uint8Array
}

/** A typed stretch of personal data. Never carries the value. */
export interface Finding {
  readonly start: number
  readonly end: number
  readonly type: string
  /** 0 to 100, an integer so that results are equal on every machine. */
  readonly score: number
  readonly recogniser: string
}

/** A finding with its place in the redacted text, and the place that it had before. */
export interface PlacedFinding extends Finding {
  readonly sourceStart: number
  readonly sourceEnd: number
}
