import type {
  Attachment,
  CanonicalDocument,
  Finding,
  Participant,
  PlacedFinding,
  Span,
} from '../../topology/model/document.ts'
import { type Evidence, type RedactionMap, applyWith, countTypes, sortedCounts } from './apply.ts'
import { type OverBudget, detectWithin } from './detect.ts'
import { Replacer, type Secrets } from './operators.ts'
import { participantTerms, speakerFindings } from './participants.ts'
import { isPlaceholder } from './placeholder.ts'
import type { Policy } from './policy.ts'
import { resolve } from './resolve.ts'
import type { TermIndex } from './term-index.ts'
import { wantedNames } from './wanted-names.ts'

/** What a model found in the text and in the subject, merged with what is found here: see `NerAnswer`. */
export interface Names {
  readonly text: readonly Finding[]
  readonly subject: readonly Finding[]
}

/** Why nothing was let through. */
export type RefusalCode =
  'characters-over-budget' | 'findings-over-budget' | 'span-outside-text' | 'ner-missing'

export type Redaction =
  | {
      readonly kind: 'redacted'
      readonly document: CanonicalDocument
      /** In the text, with offsets into the original text. */
      readonly findings: readonly Evidence[]
      /** The same, with offsets into the redacted text and into the original. */
      readonly places: readonly PlacedFinding[]
      /** By type: in the text and in every field beside it. */
      readonly counts: Readonly<Record<string, number>>
      /** The part of `counts` that was rewritten, not kept. */
      readonly rewritten: Readonly<Record<string, number>>
      readonly policyVersion: string
      /** Offset in the redacted text of an offset in the text before. */
      readonly toRedacted: (offset: number) => number
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail: string }

const isOverBudget = (found: readonly Finding[] | OverBudget): found is OverBudget =>
  'kind' in found

/** Carries a refusal out of the nested fields of one document; never leaves this module. */
class Refusal extends Error {
  readonly refusal: Extract<Redaction, { kind: 'refused' }>
  constructor(code: RefusalCode, detail: string) {
    super(code)
    this.refusal = { kind: 'refused', code, detail }
  }
}

/** Separators that file names use in place of blanks: same length, so that offsets stay. */
const asProse = (name: string) => name.replace(/[_+.-]/g, ' ')

/** The name with its last dots blanked: `a@example.org.txt` ends like no address, `a@example.org` does. */
const withoutExtensions = (name: string): readonly string[] => {
  const once = name.replace(/\.(?=[^.]*$)/, ' ')
  return [once, once.replace(/\.(?=[^.]*$)/, ' ')]
}

class DocumentRedactor {
  readonly #policy: Policy
  readonly #terms: TermIndex | undefined
  readonly #replacer: Replacer
  /** By type: what was found in the fields beside the text. */
  readonly fieldCounts = new Map<string, number>()

  constructor(policy: Policy, terms: TermIndex | undefined, secrets: Secrets) {
    this.#policy = policy
    this.#terms = terms
    this.#replacer = new Replacer(secrets)
  }

  detect(text: string, known: readonly Finding[] = []): readonly Finding[] {
    const found = detectWithin(text, this.#policy, this.#terms, known)
    if (!isOverBudget(found)) return found
    const limit = this.#policy.budget[found.what]
    throw new Refusal(`${found.what}-over-budget`, `more than ${limit} ${found.what}`)
  }

  /** People keep a number each within the document, so that turns and mails stay tellable apart. */
  write(type: string, value: string, glued = false): string {
    const rule = this.#policy.rule(type)
    if (type === 'PERSON' && rule.operator === 'replace') return this.#replacer.label(type, value)
    return this.#replacer.replace(type, value, rule, glued)
  }

  apply(text: string, findings: readonly Finding[]) {
    return applyWith(text, findings, this.#policy, ({ type }, value, glued) =>
      this.write(type, value, glued),
    )
  }

  /** A short text beside the document's: subject, file name. It is also read in other writings of the same length. */
  field(text: string, others: readonly string[] = [], known: readonly Finding[] = []): string {
    const found = [text, ...others].flatMap((writing) => this.detect(writing, known))
    const findings = others.length === 0 ? found : resolve(found)
    countTypes(this.fieldCounts, findings)
    return this.apply(text, findings).text
  }

  fileName(name: string): string {
    return this.field(name, [asProse(name), ...withoutExtensions(name)])
  }

  /** Threads must stay tellable apart, which only a keyed hash can do: without a key a document has no thread. */
  threadId(value: string): string | undefined {
    const rule = this.#policy.rule('THREAD_ID')
    return rule.operator === 'replace' ? undefined : this.typed('THREAD_ID', value)
  }

  /** A field whose place says what it holds. */
  typed(type: string, value: string): string {
    if (!this.#policy.rule(type).enabled || isPlaceholder(value)) return value
    this.fieldCounts.set(type, (this.fieldCounts.get(type) ?? 0) + 1)
    return this.write(type, value)
  }
}

/** Spans are many in long chats: each is copied once, and asked for what it has. */
const redactSpan = (span: Span, map: RedactionMap, redactor: DocumentRedactor): Span => {
  const redacted: { -readonly [Field in keyof Span]: Span[Field] } = { ...span }
  redacted.start = map.toRedacted(span.start)
  redacted.end = map.toRedacted(span.end)
  if (span.speaker !== undefined) redacted.speaker = redactor.typed('PERSON', span.speaker)
  if (span.path !== undefined && /[A-Za-z]/.test(span.path))
    redacted.path = redactor.fileName(span.path)
  return redacted
}

const redactParticipant = (
  { role, name, address }: Participant,
  redactor: DocumentRedactor,
): Participant => ({
  role,
  ...(name === undefined ? {} : { name: redactor.typed('PERSON', name) }),
  ...(address === undefined ? {} : { address: redactor.typed('EMAIL_ADDRESS', address) }),
})

const redactAttachment = (attachment: Attachment, redactor: DocumentRedactor): Attachment => ({
  ...attachment,
  ...(attachment.name === undefined ? {} : { name: redactor.fileName(attachment.name) }),
})

const checkSpans = ({ text, spans }: CanonicalDocument): void => {
  const bad = spans.findIndex(
    ({ start, end }) => !(start >= 0 && start <= end && end <= text.length),
  )
  if (bad >= 0) throw new Refusal('span-outside-text', `span ${bad}`)
}

/** A span that lay inside one value has nothing left of its own. */
const nonEmpty = (span: Span, before: Span) => span.end > span.start || before.end === before.start

const noNames: Names = { text: [], subject: [] }

const redact = (
  document: CanonicalDocument,
  policy: Policy,
  secrets: Secrets,
  ner: Names | undefined,
): Redaction => {
  checkSpans(document)
  if (policy.file.requireNer === true && ner === undefined)
    throw new Refusal('ner-missing', 'the policy requires a model for names, and none was asked')
  const names = ner ?? noNames
  const terms = policy.file.participants ? participantTerms(document) : undefined
  const redactor = new DocumentRedactor(policy, terms, secrets)
  // Participants first: their numbers follow the headers, not the text.
  const participants = document.participants.map((participant) =>
    redactParticipant(participant, redactor),
  )
  const subjectNames = (subject: string) => wantedNames(names.subject, subject, policy)
  const speakers = policy.rule('PERSON').enabled ? speakerFindings(document) : []
  const findings = redactor.detect(document.text, [
    ...speakers,
    ...wantedNames(names.text, document.text, policy),
  ])
  const { text, report, map } = redactor.apply(document.text, findings)
  const spans = document.spans.map((span) => redactSpan(span, map, redactor))
  const { threadId: rawThreadId, ...shared } = document
  const threadId = rawThreadId === undefined ? undefined : redactor.threadId(rawThreadId)
  const redacted: CanonicalDocument = {
    ...shared,
    text,
    spans: spans.filter((span, at) => nonEmpty(span, document.spans[at]!)),
    participants,
    attachments: document.attachments.map((attachment) => redactAttachment(attachment, redactor)),
    ...(document.subject === undefined
      ? {}
      : { subject: redactor.field(document.subject, [], subjectNames(document.subject)) }),
    ...(threadId === undefined ? {} : { threadId }),
  }
  const counts = new Map(redactor.fieldCounts)
  countTypes(counts, findings)
  const rewritten = [...counts].filter(([type]) => policy.rule(type).operator !== 'keep')
  return {
    kind: 'redacted',
    document: redacted,
    findings: report,
    places: findings.map((finding) => placed(finding, map)),
    counts: sortedCounts(counts),
    rewritten: sortedCounts(new Map(rewritten)),
    policyVersion: policy.policyVersion,
    toRedacted: map.toRedacted,
  }
}

const placed = (
  { start, end, type, score, recogniser }: Finding,
  map: RedactionMap,
): PlacedFinding => ({
  start: map.toRedacted(start),
  end: map.toRedacted(end),
  type,
  score,
  recogniser,
  sourceStart: start,
  sourceEnd: end,
})

/**
 * Redacts a whole document: text, spans, subject, participants, speakers, thread id and file names. Same shape as before.
 *
 * Refuses, rather than letting through what was not examined. `ner` is what a model found, where one was asked.
 */
export const redactDocument = (
  document: CanonicalDocument,
  policy: Policy,
  secrets: Secrets,
  ner?: Names,
): Redaction => {
  try {
    return redact(document, policy, secrets, ner)
  } catch (error) {
    if (error instanceof Refusal) return error.refusal
    throw error
  }
}
