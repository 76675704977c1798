// Generated from schemas/*.avsc by `npm run schemas`. Edit the schema, not this file.
import type { DocumentId, TenantId, Uri } from '../brands.ts'

/** What made this record, so that any output can be traced to code, model and policy. */
export interface ProducedBy {
  /** Name of the stage in the topology. */
  readonly stage: string
  /** Version of the stage; grows when its results change. */
  readonly stageVersion: number
  /** Version of the package. */
  readonly codeVersion: string
  /** Name of the model, where one was asked. */
  readonly model: null | string
  /** Version of the model as the server answered it. */
  readonly modelVersion: null | string
  /** Hex SHA-256 of the prompt, where there is one. */
  readonly promptHash: null | string
  /** Version of the redaction policy: name@version+hash. */
  readonly policyVersion: null | string
  /** Hex SHA-256 prefix of the options that change results. */
  readonly configHash: string
}

/** One chunk. */
export interface ChunkRecord {
  /** Id from content and settings. */
  readonly id: string
  /** Position among the chunks of the document. */
  readonly ordinal: number
  /** First UTF-16 unit in the prepared text. */
  readonly start: number
  /** One past the last UTF-16 unit. */
  readonly end: number
  /** The redacted text itself. */
  readonly text: string
  /** Number of token ids. */
  readonly tokens: number
  /** Token ids without special tokens, int32 little-endian. */
  readonly ids: Uint8Array
  /** One word was longer than the limit and was cut inside. */
  readonly hardSplit: boolean
  /** First byte in the prepared text as UTF-8. Null before spans were counted in bytes. */
  readonly startByte: null | number
  /** One past the last byte of the prepared text as UTF-8. */
  readonly endByte: null | number
  /** First code point in the prepared text. */
  readonly startCodePoint: null | number
  /** One past the last code point. */
  readonly endCodePoint: null | number
  /** Hex SHA-256 of the text in NFC, each run of white space made one space, none at its ends. */
  readonly textHash: null | string
  /** First UTF-16 unit of the stretch of the text before redaction that it was made of. Null before that was told. */
  readonly sourceStart: null | number
  /** One past its last UTF-16 unit. */
  readonly sourceEnd: null | number
  /** Put before the text when it is embedded; ends in a line feed. Null when there is none. */
  readonly header: null | string
  /** Token ids of the header, int32 little-endian. */
  readonly headerIds: null | Uint8Array
  /** Keys by MinHash: chunks that share one are probably near-duplicates. None where near-duplicates are not marked. */
  readonly nearKeys: readonly string[]
}

/** Object-store file: at most 64 chunks of one document with texts and token ids. */
export interface ChunkFile {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** Hex SHA-256 of the source bytes. */
  readonly contentHash: string
  /** Prepared text the chunks were cut from. */
  readonly preparedUri: Uri
  /** Position of this set among the sets of the document, from 0. */
  readonly ordinal: number
  /** Number of sets of the document. */
  readonly sets: number
  /** Hex SHA-256 of the tokenizer.json. */
  readonly tokenizerSha256: string
  /** The chunks, in order. */
  readonly chunks: readonly ChunkRecord[]
}

/** ARCHIVE brings a document or a new revision; ERASE removes it and what was made of it. */
export type Operation = 'ARCHIVE' | 'ERASE'

/** At most 64 chunks of one document are stored. Topic archive.chunks. */
export interface ChunkSet {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** What is to be done. */
  readonly operation: Operation
  /** Chunk set with texts and token ids, an Avro container file. Null for ERASE. */
  readonly uri: null | Uri
  /** Prepared text the chunks were cut from. */
  readonly preparedUri: null | Uri
  /** Hex SHA-256 of the source bytes. */
  readonly contentHash: string
  /** Position of this set among the sets of the document, from 0. */
  readonly ordinal: number
  /** Number of sets of the document. */
  readonly sets: number
  /** Ordinal of the first chunk in this set. */
  readonly firstChunk: number
  /** Number of chunks in this set. */
  readonly chunks: number
  /** Tokens of all chunks in this set, without special tokens. */
  readonly tokens: number
  /** Media type of the document by content. */
  readonly type: string
  /** When the document was sent or began, epoch milliseconds UTC. */
  readonly sentAt: null | number
  /** Hex SHA-256 of the tokenizer.json. */
  readonly tokenizerSha256: string
}

/** One label. */
export interface LabelScore {
  /** Label from the model card. */
  readonly label: string
  /** 0 to 1. */
  readonly score: number
  /** Score at or above the threshold of the card. */
  readonly accepted: boolean
}

/** All scores of one model for one chunk. */
export interface ChunkScores {
  /** Id of the chunk. */
  readonly chunkId: string
  /** Ordinal of the chunk in the document. */
  readonly ordinal: number
  /** Name of the model. */
  readonly model: string
  /** Version of the model. */
  readonly modelVersion: string
  /** Scores in the order of the model card. */
  readonly scores: readonly LabelScore[]
}

/** An item the model gave no usable result for. */
export interface FailedClassification {
  /** Id of the chunk. */
  readonly chunkId: string
  /** Ordinal of the chunk. */
  readonly ordinal: number
  /** Why, from the closed list of error codes. */
  readonly code: string
}

/** What it took to compute a record. Sums over records are what was computed: an item that several of them share is counted in one. */
export interface ModelUsage {
  /** Requests that began with an item of this record; those that were tried again included. */
  readonly requests: number
  /** Items of this record that a model computed: chunks, by each model, or chats. */
  readonly items: number
  /** Their tokens, as the pipeline's tokenizer counts. */
  readonly tokens: number
  /** The same with what they were padded to in their batches, where the model pads. */
  readonly paddedTokens: number
  /** Items that were not computed, since their result was remembered or shared with an equal one. */
  readonly cachedItems: number
  /** Their tokens. */
  readonly cachedTokens: number
  /** Seconds that the model server computed for them, as a share of what it says; 0 where it does not. */
  readonly computeSeconds: number
  /** What they cost by the configured prices, in prices.currency. */
  readonly cost: number
}

/** Scores of the chunks of one chunk set. Topic archive.classifications. */
export interface ClassificationSet {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** What is to be done. */
  readonly operation: Operation
  /** Chunk set the scores belong to. Null for ERASE. */
  readonly chunkSetUri: null | Uri
  /** Position of the chunk set among the sets of the document. */
  readonly ordinal: number
  /** Number of sets of the document. */
  readonly sets: number
  /** Media type of the document by content. */
  readonly type: string
  /** When the document was sent or began, epoch milliseconds UTC. */
  readonly sentAt: null | number
  /** Scores, in chunk order, then model order. */
  readonly results: readonly ChunkScores[]
  /** Chunks without scores; each has a dead letter. */
  readonly failed: readonly FailedClassification[]
  /** What the models had to compute for it. Null where none was asked, and in records of before this was counted. */
  readonly usage: null | ModelUsage
}

/** Kind of container. */
export type ContainerType =
  'UNKNOWN' | 'MBOX' | 'ZIP' | 'SLACK_EXPORT' | 'CSV' | 'JSONL' | 'MAIL_LOG'

/** VERSION only grows at the source; MODIFIED_TIME may go back, as when a file is restored from a backup. */
export type RevisionKind = 'VERSION' | 'MODIFIED_TIME'

/** Says where a container is: an mbox, a zip, a chat export, a file of reviews. Topic archive.containers. */
export interface ContainerEvent {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** What is to be done. */
  readonly operation: Operation
  /** Where the container is. */
  readonly uri: Uri
  /** Kind of container, by content. */
  readonly containerType: ContainerType
  /** Size in bytes, where known. */
  readonly bytes: null | bigint
  /** Hex SHA-256 of the bytes, where known. */
  readonly sha256: null | string
  /** When the container was last changed at its source, epoch milliseconds UTC. */
  readonly modifiedAt: null | number
  /** What the revision is at its source: decides what becomes of an older one with other content. */
  readonly revisionKind: RevisionKind
}

/** Class of failure; decides what can be done about it. */
export type Disposition =
  | 'BUG'
  | 'UNDECODABLE'
  | 'VALIDATION'
  | 'POISON'
  | 'TIMEOUT'
  | 'OVERSIZE'
  | 'PII_BLOCKED'
  | 'NOT_FOUND'
  | 'NOT_ALLOWED'
  | 'UNREADABLE'
  | 'ENCRYPTED'

/** A record that a stage could not take, with everything needed to send it again. Topic archive.dead-letters. */
export interface DeadLetter {
  /** Whose archive this is. */
  readonly tenantId: null | TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: null | DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: null | bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: null | number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: null | number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** Class of failure. */
  readonly disposition: Disposition
  /** Error code from the closed list. */
  readonly code: string
  /** Sub-topology the record failed in. */
  readonly subTopology: string
  /** Stage the record failed in; empty when it could not be decoded. */
  readonly stage: string
  /** Version of that stage. */
  readonly stageVersion: number
  /** Hash of the topology that was running. */
  readonly topologyHash: string
  /** How often it was tried. */
  readonly attempt: number
  /** First failure, epoch milliseconds UTC. */
  readonly firstFailedAt: number
  /** Last failure, epoch milliseconds UTC. */
  readonly lastFailedAt: number
  /** Equal for failures of the same cause: hash of stage, code and place in the code. */
  readonly fingerprint: string
  /** What happened and what to do, at most 1 KiB, never document text. */
  readonly message: string
  /** Id of the item inside the record, where only a part of it failed. */
  readonly itemId: null | string
  /** Topic of the original record. */
  readonly sourceTopic: string
  /** Partition of the original record. */
  readonly sourcePartition: number
  /** Offset of the original record. */
  readonly sourceOffset: bigint
  /** W3C trace context of the original record. */
  readonly traceparent: null | string
  /** Key of the original record, as it was. */
  readonly originalKey: Uint8Array
  /** Value of the original record, as it was. */
  readonly originalValue: Uint8Array
  /** Headers of the original record, as they were. */
  readonly originalHeaders: Readonly<Record<string, Uint8Array>>
}

/** Says where one document is. Input of the prepare sub-topology; topic archive.documents. */
export interface DocumentEvent {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** What is to be done. */
  readonly operation: Operation
  /** Where the bytes are. Points into a container by a fragment: file:///a.mbox#bytes=0-4095. */
  readonly uri: Uri
  /** Name of the file at its source, a hint only. May hold personal data: never copied to outputs. */
  readonly name: null | string
  /** Size in bytes, where known. */
  readonly bytes: null | bigint
  /** Hex SHA-256 of the bytes, where known; checked by fetch. */
  readonly sha256: null | string
  /** Media type the archiver claims, a hint only. */
  readonly declaredType: null | string
  /** When the file was last changed at its source, epoch milliseconds UTC. */
  readonly modifiedAt: null | number
  /** Container this document is a member of. */
  readonly containerUri: null | Uri
  /** Further hints for parsers, by name. */
  readonly attributes: Readonly<Record<string, string>>
  /** What the revision is at its source: decides what becomes of an older one with other content. */
  readonly revisionKind: RevisionKind
}

/** Layout of the vector bytes. */
export type VectorEncoding = 'FLOAT32_LE'

/** One vector. */
export interface ChunkVector {
  /** Id of the chunk. */
  readonly chunkId: string
  /** Ordinal of the chunk in the document. */
  readonly ordinal: number
  /** Tokens the model read. */
  readonly tokens: number
  /** Little-endian elements, L2-normalised. */
  readonly vector: Uint8Array
}

/** An item the model gave no usable result for. */
export interface FailedEmbedding {
  /** Id of the chunk. */
  readonly chunkId: string
  /** Ordinal of the chunk. */
  readonly ordinal: number
  /** Why, from the closed list of error codes. */
  readonly code: string
}

/** Vectors of the chunks of one chunk set. Topic archive.embeddings. */
export interface EmbeddingSet {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** What is to be done. */
  readonly operation: Operation
  /** Chunk set the vectors belong to. Null for ERASE. */
  readonly chunkSetUri: null | Uri
  /** Position of the chunk set among the sets of the document. */
  readonly ordinal: number
  /** Number of sets of the document. */
  readonly sets: number
  /** Media type of the document by content. */
  readonly type: string
  /** When the document was sent or began, epoch milliseconds UTC. */
  readonly sentAt: null | number
  /** Length of every vector. */
  readonly dimensions: number
  /** Layout of the vector bytes. */
  readonly encoding: VectorEncoding
  /** The vectors, in chunk order. */
  readonly vectors: readonly ChunkVector[]
  /** Chunks without a vector; each has a dead letter. */
  readonly failed: readonly FailedEmbedding[]
  /** What the models had to compute for it. Null where none was asked, and in records of before this was counted. */
  readonly usage: null | ModelUsage
}

/** How the record ended here. */
export type LedgerOutcome = 'FORWARDED' | 'DROPPED' | 'DEAD'

/** What a sub-topology did with a record of a document. Topic archive.ledger. */
export interface LedgerEntry {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** Sub-topology that finished with the record. */
  readonly subTopology: string
  /** How the record ended here. */
  readonly outcome: LedgerOutcome
  /** Reason code of a drop, error code of a dead letter. */
  readonly reason: null | string
  /** Topic of the record. */
  readonly sourceTopic: string
  /** Partition of the record. */
  readonly sourcePartition: number
  /** Offset of the record. */
  readonly sourceOffset: bigint
  /** Objects this wrote. */
  readonly outputs: readonly Uri[]
  /** Figures by name: chunks, tokens, redacted.EMAIL_ADDRESS and so on. */
  readonly counts: Readonly<Record<string, bigint>>
  /** When the record was taken up, epoch milliseconds UTC. */
  readonly startedAt: number
  /** When it was finished, epoch milliseconds UTC. */
  readonly finishedAt: number
}

/** Whether its text is in the document, else why not. */
export type AttachmentStatus = 'UNSUPPORTED' | 'READ' | 'ENCRYPTED' | 'BROKEN' | 'LIMIT'

/** A part that travelled with the document. */
export interface AttachmentRecord {
  /** Place inside the source. */
  readonly path: string
  /** Name, redacted. */
  readonly name: null | string
  /** Media type by content. */
  readonly type: string
  /** Decoded size in bytes. */
  readonly bytes: bigint
  /** Whether its text is in the document, else why not. */
  readonly status: AttachmentStatus
}

/** A document was parsed, redacted, tokenised, chunked and stored. Topic archive.prepared. */
export interface PreparedDocument {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** What is to be done. */
  readonly operation: Operation
  /** Prepared text with its span table, an Avro container file. Null for ERASE. */
  readonly uri: null | Uri
  /** Hex SHA-256 of the source bytes. */
  readonly contentHash: string
  /** Media type by content. */
  readonly type: string
  /** ISO 639-1 code, where it could be told. */
  readonly language: null | string
  /** Length of the redacted text in UTF-16 units. */
  readonly characters: number
  /** Tokens of the redacted text. */
  readonly tokens: number
  /** Number of chunks. */
  readonly chunks: number
  /** Number of chunk-set events that belong to this document. */
  readonly chunkSets: number
  /** Findings by type that an operator rewrote. */
  readonly redactions: Readonly<Record<string, number>>
  /** When the document was sent or began, epoch milliseconds UTC. */
  readonly sentAt: null | number
  /** When its last turn was said, epoch milliseconds UTC. */
  readonly lastAt: null | number
  /** Keyed or plain hash that is equal for documents of one conversation. */
  readonly threadHash: null | string
  /** Parts that travelled with it. */
  readonly attachments: readonly AttachmentRecord[]
  /** Codes of what was odd. */
  readonly warnings: readonly string[]
  /** Hex SHA-256 of the tokenizer.json. */
  readonly tokenizerSha256: string
}

/** Kind of span. */
export type SpanKindName =
  | 'BODY'
  | 'HEADER'
  | 'QUOTE'
  | 'SIGNATURE'
  | 'DISCLAIMER'
  | 'FORWARD'
  | 'TURN'
  | 'CUE'
  | 'PAGE'
  | 'HEADING'
  | 'TABLE_ROW'
  | 'ATTACHMENT'

/** One marked stretch of the text. */
export interface SpanRecord {
  /** Kind of span. */
  readonly kind: SpanKindName
  /** First UTF-16 code unit in the text. */
  readonly start: number
  /** One past the last UTF-16 code unit. */
  readonly end: number
  /** Nesting, 0 for the document itself. */
  readonly depth: number
  /** Label of who speaks, redacted. */
  readonly speaker: null | string
  /** Milliseconds: since the epoch for chats, since the start for captions. */
  readonly at: null | bigint
  /** Place inside the source: part path of a mail, page number. */
  readonly path: null | string
}

/** Somebody the document itself names, redacted. */
export interface ParticipantRecord {
  /** from, sender, reply-to, to, cc, bcc, author or speaker. */
  readonly role: string
  /** Redacted name or label. */
  readonly name: null | string
  /** Redacted address. */
  readonly address: null | string
}

/** A typed stretch of personal data, without its value. */
export interface FindingRecord {
  /** First UTF-16 unit in the redacted text of this file. */
  readonly start: number
  /** One past the last UTF-16 unit in the redacted text of this file. */
  readonly end: number
  /** Entity type. */
  readonly type: string
  /** 0 to 100. */
  readonly score: number
  /** What found it. */
  readonly recogniser: string
  /** First UTF-16 unit that it had in the text before redaction. Null before that was told. */
  readonly sourceStart: null | number
  /** One past the last UTF-16 unit that it had in the text before redaction. */
  readonly sourceEnd: null | number
}

/** Object-store file: the redacted canonical text of one revision of a document, with its span table. */
export interface PreparedText {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** Hex SHA-256 of the source bytes. */
  readonly contentHash: string
  /** Media type by content. */
  readonly type: string
  /** ISO 639-1 code, where it could be told. */
  readonly language: null | string
  /** Subject, redacted. */
  readonly subject: null | string
  /** Canonical text, redacted. All offsets of this file are UTF-16 code units into it. */
  readonly text: string
  /** Marked stretches, sorted by start. */
  readonly spans: readonly SpanRecord[]
  /** Who the document names, redacted. */
  readonly participants: readonly ParticipantRecord[]
  /** Parts that travelled with it. */
  readonly attachments: readonly AttachmentRecord[]
  /** What was found, by place and type only. */
  readonly findings: readonly FindingRecord[]
  /** Findings by type that an operator rewrote. */
  readonly redactions: Readonly<Record<string, number>>
  /** When the document was sent or began, epoch milliseconds UTC. */
  readonly sentAt: null | number
  /** When its last turn was said, epoch milliseconds UTC. */
  readonly lastAt: null | number
  /** Equal for documents of one conversation. */
  readonly threadHash: null | string
  /** Codes of what was odd. */
  readonly warnings: readonly string[]
}

/** OK; EMPTY when there was no text to summarise; TRUNCATED when the model stopped early. */
export type SummaryStatus = 'OK' | 'EMPTY' | 'TRUNCATED'

/** A chunk of the document that says what cites it. */
export interface ChunkCitation {
  /** Id of the chunk. */
  readonly chunkId: string
  /** Position among the chunks of the document. */
  readonly ordinal: number
}

/** One thing that matters in the document. */
export interface SummaryPoint {
  /** What it is, at most 1 KiB of UTF-8. */
  readonly text: string
  /** Chunks that say so. */
  readonly citations: readonly ChunkCitation[]
}

/** Why another model made a summary than the one that was meant to. */
export interface SummaryFallback {
  /** What its dead letter would have been: model-refused-item, model-input-too-long, model-failed-on-item, model-result-unusable. */
  readonly code: string
  /** Name of the model that was meant to. */
  readonly model: string
  /** Its version. */
  readonly modelVersion: string
  /** Hex SHA-256 of its prompts. */
  readonly promptHash: null | string
}

/** Summary of one document, made of redacted text. Compacted topic archive.summaries. */
export interface Summary {
  /** Whose archive this is. */
  readonly tenantId: TenantId
  /** UUIDv5 of tenant and canonical source URI. Key of every topic. */
  readonly documentId: DocumentId
  /** Version of the document at its source; only grows. */
  readonly revision: bigint
  /** When the archiver took the document, epoch milliseconds UTC. */
  readonly archivedAt: number
  /** When the event entered this system, epoch milliseconds UTC. */
  readonly ingestedAt: number
  /** What made this record. */
  readonly producedBy: ProducedBy
  /** What is to be done. */
  readonly operation: Operation
  /** How it went. */
  readonly status: SummaryStatus
  /** The summary, at most 8 KiB of UTF-8. */
  readonly text: string
  /** The same as a JSON object in the object store. Null for ERASE. */
  readonly summaryUri: null | Uri
  /** Hex SHA-256 of the JSON object. */
  readonly sha256: null | string
  /** Prepared text it was made of. */
  readonly preparedUri: null | Uri
  /** Tokens the model read. */
  readonly tokensIn: number
  /** Tokens of the summary. */
  readonly tokensOut: number
  /** When the document was sent or began, epoch milliseconds UTC. */
  readonly sentAt: null | number
  /** Media type of the document by content. */
  readonly type: string
  /** Chunks that the text rests on, as the model cited them; each was given to it. Empty where sentences were taken whole. */
  readonly citations: readonly ChunkCitation[]
  /** What matters most, by a large language model, at most 20. */
  readonly points: readonly SummaryPoint[]
  /** Set where the model that was meant to summarise gave nothing usable, and sentences of the document were taken instead; producedBy then names what took them. */
  readonly fallback: null | SummaryFallback
  /** What the models had to compute for it. Null where none was asked, and in records of before this was counted. */
  readonly usage: null | ModelUsage
}
