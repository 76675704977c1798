import { z } from 'zod'
import { defaultChunkOptions as chunk } from '../processors/chunk/options.ts'
import { defaultParseOptions as parse } from '../processors/parse/options.ts'
import { parquetDefaults as parquet } from '../sinks/parquet/options.ts'
import { defaultRuntimeOptions as runtime } from '../topology/runtime/options.ts'
import { natural, option, optional, positive, section, secrets } from './option.ts'

/** How sub-topologies run: caps, back-off, drain. */
export const runtimeSection = section({
  maxInFlightRecords: option(
    positive,
    runtime.maxInFlightRecords,
    'Most records of one partition between dispatch and durability; at the cap the partition is paused.',
  ),
  maxInFlightBytes: option(
    positive,
    runtime.maxInFlightBytes,
    'Most bytes of one partition between dispatch and durability, with what is read of the files that records point to: sources, texts, chunks.',
  ),
  pollWaitMs: option(positive, runtime.pollWaitMs, 'Longest wait of one poll, milliseconds.'),
  maxCommitRecords: option(positive, runtime.maxCommitRecords, 'Most records in one commit.'),
  rangesAtOnce: option(
    positive,
    runtime.rangesAtOnce,
    'Ranges of records that a process writes to files at a time, of all its sinks; each holds its rows in memory.',
  ),
  retry: section({
    firstMs: option(
      positive,
      runtime.retry.firstMs,
      'First back-off, milliseconds; doubles up to maxMs, with full jitter.',
    ),
    maxMs: option(positive, runtime.retry.maxMs, 'Longest back-off, milliseconds.'),
    transientAttempts: option(
      positive,
      runtime.retry.transientAttempts,
      'Transient faults of one record in a row before the breaker opens and the sources pause.',
    ),
    timeoutAttempts: option(
      positive,
      runtime.retry.timeoutAttempts,
      'Time-outs of one record before it becomes a dead letter.',
    ),
  }),
  revokeMs: option(
    natural,
    runtime.revokeMs,
    'Longest wait for commits under way when partitions are taken away, milliseconds.',
  ),
  drainMs: option(
    natural,
    runtime.drainMs,
    'Longest wait for work in flight on shutdown, milliseconds.',
  ),
})

const delivery = (what: string) =>
  option(z.enum(['at-least-once', 'exactly-once']), 'at-least-once', what)

/** How often the outputs of a sub-topology become visible. */
export const deliverySection = section({
  expand: option(
    z.enum(['at-least-once']),
    'at-least-once',
    'Outputs of expand. It sends them while it reads a container, so it cannot be exactly-once.',
  ),
  prepare: delivery('Outputs of prepare, with its dead letters, ledger entries and state.'),
  embed: delivery('Outputs of embed, with its dead letters and ledger entries.'),
  classify: delivery('The same for classify.'),
  summarise: delivery('The same for summarise; the object of a summary is written before.'),
  vectors: delivery('Dead letters and ledger entries of vectors; its points overwrite themselves.'),
  parquet: delivery('The same for parquet; its files overwrite themselves.'),
  summaries: delivery('The same for summaries; its cache entries overwrite themselves.'),
})

/** Threads of the pure stages. */
export const workersSection = section({
  threads: option(
    natural,
    0,
    'Worker threads of the pure stages; 0 is one less than the CPU cores, at least 1.',
  ),
  memoryMb: option(
    z.int().min(32),
    512,
    'Heap of one worker thread, MiB; a document that needs more is dead-lettered.',
  ),
})

const limits = parse.limits

/** What `parse` reads before it gives a file up. */
export const parseSection = section({
  language: option(z.boolean(), parse.language, 'Detect the language of each document.'),
  deadlineMs: option(
    positive,
    parse.deadlineMs,
    'CPU milliseconds that one document may take before its worker is killed.',
  ),
  limits: section({
    depth: option(positive, limits.depth, 'Nested multiparts, messages and containers.'),
    parts: option(positive, limits.parts, 'MIME parts of one file.'),
    headerBytes: option(positive, limits.headerBytes, 'Bytes of one header block.'),
    characters: option(positive, limits.characters, 'UTF-16 units of canonical text.'),
    bytes: option(positive, limits.bytes, 'Bytes of a file; larger ones are refused unread.'),
    ratio: option(positive, limits.ratio, 'Inflated bytes per packed byte.'),
    ratioFloorBytes: option(
      natural,
      limits.ratioFloorBytes,
      'Inflated bytes before the ratio counts.',
    ),
    zipEntries: option(positive, limits.zipEntries, 'Entries of one zip.'),
    inflatedBytes: option(positive, limits.inflatedBytes, 'Inflated bytes of one file.'),
    pages: option(positive, limits.pages, 'Pages, sheets or slides of one file.'),
    xmlBytes: option(positive, limits.xmlBytes, 'XML of Office files in one file.'),
    cells: option(positive, limits.cells, 'Rows and cells of spreadsheets; the text ends there.'),
    elementDepth: option(positive, limits.elementDepth, 'Open HTML or XML elements at once.'),
    participants: option(positive, limits.participants, 'Participants kept; the rest is left out.'),
  }),
})

/** What is removed, and with which keys. */
export const redactSection = section({
  policy: option(
    z.string().min(1),
    'default',
    'Redaction policy: the name of a built-in one (default, everything) or the path of a YAML file.',
  ),
  keys: secrets(
    'Keys of the operators hash and pseudonymise, by id. From the environment or *_FILE only.',
  ),
})

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits')

export const tokeniseSection = section({
  tokenizerFile: optional(
    z.string().min(1),
    'Path of a tokenizer.json; the vocabulary of the package when left out.',
  ),
  tokenizerSha256: optional(sha256, 'SHA-256 of tokenizerFile; other bytes are refused.'),
})

export const chunkSection = section({
  maxTokens: option(
    positive,
    chunk.maxTokens,
    "Tokens of one chunk, special tokens included; the model's limit.",
  ),
  overlap: option(
    natural,
    chunk.overlap,
    'Most tokens a chunk repeats from the one before; under half of what it can hold.',
  ),
  reserve: option(
    natural,
    chunk.reserve,
    'Tokens kept free in every chunk for what is put before it.',
  ),
  specialTokens: option(
    natural,
    chunk.specialTokens,
    'Special tokens the model puts around a text.',
  ),
  header: option(
    z.enum(['none', 'subject', 'full']),
    chunk.header,
    'What stands before the text of a chunk when it is embedded: nothing, the redacted subject, or day, writer and redacted subject. Counts in the limit.',
  ),
  headerTokens: option(natural, chunk.headerTokens, 'Most tokens of the header.'),
  nearDuplicates: option(
    z.boolean(),
    chunk.nearDuplicates,
    'Give chunks keys by MinHash, by which near-duplicates are found.',
  ),
})

const card = "the model card's value when left out"

/** Overrides of what the model cards say about batches. */
export const batchingSection = section({
  maxBatchTokens: optional(positive, `Most tokens of one batch; ${card}.`),
  maxBatchItems: optional(positive, `Most items of one batch; ${card}.`),
  maxInFlight: optional(
    positive,
    'Requests under way at once per model; when left out 2, or on Triton what its statistics advise.',
  ),
  lingerMs: optional(natural, 'Milliseconds the oldest item waits for company; 5 when left out.'),
  rememberBytes: optional(
    natural,
    'Bytes of vectors and scores that each process remembers by content, per model, so that the same text is not computed twice; 0 when left out.',
  ),
  rememberMs: optional(
    natural,
    'Milliseconds that the cache remembers them for all processes, documents that are erased meanwhile included; 0 when left out: it is not asked.',
  ),
  rememberWaitMs: optional(
    positive,
    'Milliseconds that the cache is waited for before the model is asked, those in which the process itself is late not counted; 250 when left out.',
  ),
})

/** Which models are asked. Names are folders of gpu-runners/models. */
export const modelsSection = section({
  embed: option(z.string().min(1), 'embed-hash', 'Model that turns chunks into vectors.'),
  classify: option(
    z.array(z.string().min(1)),
    ['classify-spam', 'classify-sentiment', 'classify-toxicity', 'classify-compliance'],
    'Models that label chunks; each sees every chunk.',
  ),
  summarise: option(z.string().min(1), 'summarise-coverage', 'Model that summarises documents.'),
  recognise: optional(
    z.string().min(1),
    'Model that finds names before redaction: the path of its card, which ends in .yaml. On the Triton of the section triton, whatever drivers.models says. None is asked when left out.',
  ),
})

/** When a range of records becomes a file, and what files look like. */
export const parquetSection = section({
  maxRecords: option(positive, parquet.maxRecords, 'Most records of a range.'),
  maxBytes: option(positive, parquet.maxBytes, 'Most bytes of record values in a range.'),
  maxAgeMs: option(
    positive,
    parquet.maxAgeMs,
    'Milliseconds after its first record when a range is written, full or not.',
  ),
  timeoutMs: option(
    positive,
    parquet.timeoutMs,
    'Milliseconds until an attempt to write a range is given up.',
  ),
  partitionBy: option(
    z.enum(['day', 'month']),
    parquet.partitionBy,
    'What one folder holds by event time. Changes files: drain first.',
  ),
  rowGroupRows: option(
    positive,
    parquet.rowGroupRows,
    'Most rows of a row group. Changes files: drain first.',
  ),
  rowGroupBytes: option(
    positive,
    parquet.rowGroupBytes,
    'Uncompressed bytes after which a row group is closed. Changes files: drain first.',
  ),
  fileBytes: option(
    positive,
    parquet.fileBytes,
    'Compressed bytes after which the next file is begun. Changes files: drain first.',
  ),
  parallel: option(positive, parquet.parallel, 'Files written at a time.'),
})
