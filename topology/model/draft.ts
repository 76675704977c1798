import type { DocumentEvent } from '../../schemas/generated/types.ts'
import type { CanonicalDocument, Chunk, Finding, PlacedFinding, Tokens } from './document.ts'
import { forward } from './outcome.ts'
import type { AskingStage, PureStage } from './stage.ts'

/**
 * What flows between the stages of the prepare sub-topology: one object per document that every stage hands on with
 * its own part added. Plain data, so that it can be cloned to a worker thread and back.
 *
 *     DocumentEvent → fetch → Fetched → parse → Parsed → redact → Redacted → tokenise → Tokenised → chunk → Chunked → pack
 */
export interface Fetched {
  readonly event: DocumentEvent
  /** Hex SHA-256 of `content`. */
  readonly contentHash: string
  readonly content: Uint8Array
}

export interface Parsed {
  readonly event: DocumentEvent
  readonly contentHash: string
  /** Size of the content that was parsed. */
  readonly bytes: number
  readonly document: CanonicalDocument
  /** What a model found, where one was asked. */
  readonly ner?: NerAnswer
}

/** Names that a model found in the text and in the subject before redaction. */
export interface NerAnswer {
  readonly kind: 'answered'
  /** `name@version` */
  readonly model: string
  readonly text: readonly Finding[]
  readonly subject: readonly Finding[]
}

export interface Redacted extends Parsed {
  /** Redacted from here on, its thread id replaced by a keyed hash. Spans and dates fit the redacted text. */
  readonly document: CanonicalDocument
  /** Sorted and apart; between them the text is as it was. */
  readonly findings: readonly PlacedFinding[]
  /** Findings by type that an operator rewrote. */
  readonly redactions: Readonly<Record<string, number>>
  readonly policyVersion: string
  /** `name@version` of the model that was asked for names, where one was. */
  readonly nerModel?: string
}

export interface Tokenised extends Redacted {
  /** Tokens of the redacted text. */
  readonly tokens: Tokens
  /** Hex SHA-256 of the tokenizer.json. */
  readonly tokenizerSha256: string
}

export interface Chunked extends Omit<Tokenised, 'tokens'> {
  /** Tokens of the whole redacted text; chunks overlap, so theirs may add up to more. */
  readonly tokenCount: number
  readonly chunks: readonly Chunk[]
}

/** A document that is to be removed. It passes the stages that prepare documents untouched. */
export interface Erasure {
  readonly kind: 'erasure'
  readonly event: DocumentEvent
}

export const erasure = (event: DocumentEvent): Erasure => ({ kind: 'erasure', event })

export const isErasure = (value: object): value is Erasure =>
  'kind' in value && value.kind === 'erasure'

/** Hands erasures past a pure stage. */
export const purePassingErasures = <I extends object, O>(
  stage: PureStage<I, O>,
): PureStage<I | Erasure, O | Erasure> => ({
  ...stage,
  create: async () => {
    const run = await stage.create()
    return (value, context) => (isErasure(value) ? forward(value) : run(value as I, context))
  },
})

/** Hands erasures past an asking stage. */
export const askingPassingErasures = <I extends object, O>(
  stage: AskingStage<I, O>,
): AskingStage<I | Erasure, O | Erasure> => ({
  ...stage,
  run: async (value, context) =>
    isErasure(value) ? forward(value) : stage.run(value as I, context),
})
