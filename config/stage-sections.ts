import { z } from 'zod'
import { defaultExpandOptions as expand } from '../processors/expand/options.ts'
import { defaultFetchOptions as fetch } from '../processors/fetch/options.ts'
import { recogniseDefaults as recognise } from '../processors/recognise/options.ts'
import { packDefaults as pack, storeDefaults as store } from '../processors/store/options.ts'
import { summaryDefaults as summaries } from '../sinks/summaries/options.ts'
import { vectorDefaults as vectors } from '../sinks/vectors/options.ts'
import { natural, option, optional, positive, section } from './option.ts'

const timeout = (value: number) =>
  option(positive, value, 'Milliseconds until one attempt counts as timed out.')

/** What of a container is looked at. */
export const expandSection = section({
  maxMembers: option(positive, expand.maxMembers, 'Members of one container; more are refused.'),
  maxInnerBytes: option(
    positive,
    expand.maxInnerBytes,
    'Inflated bytes up to which a container inside a zip is expanded; larger ones are one document.',
  ),
  ratio: option(positive, expand.ratio, 'Inflated bytes per packed byte of one zip entry.'),
  ratioFloorBytes: option(
    natural,
    expand.ratioFloorBytes,
    'Inflated bytes before the ratio counts.',
  ),
  concurrency: option(positive, expand.concurrency, 'Containers that are expanded at once.'),
  timeoutMs: timeout(expand.timeoutMs),
})

/** What is read of the sources. */
export const fetchSection = section({
  maxBytes: option(
    positive,
    fetch.maxBytes,
    'Bytes of one document; larger ones are dead-lettered unread.',
  ),
  ratio: option(positive, fetch.ratio, 'Inflated bytes per packed byte of one zip entry.'),
  ratioFloorBytes: option(
    natural,
    fetch.ratioFloorBytes,
    'Inflated bytes before the ratio counts.',
  ),
  rememberedEntries: option(
    positive,
    fetch.rememberedEntries,
    'Entries of a zip whose places are remembered.',
  ),
  keptBytes: option(
    natural,
    fetch.keptBytes,
    'Bytes of inflated entries kept for further members of the same entry.',
  ),
  concurrency: option(positive, fetch.concurrency, 'Documents that are read at once.'),
  timeoutMs: timeout(fetch.timeoutMs),
})

const card = 'what its card says when left out'

/** How the model is asked that finds names, where `models.recognise` names one. */
export const recogniseSection = section({
  tokenizerFile: optional(
    z.string().min(1),
    'Path of its tokenizer.json; the vocabulary of the package when left out.',
  ),
  threshold: optional(z.number().min(0).max(1), `Probability from which a name is one; ${card}.`),
  overlap: optional(
    natural,
    `Tokens that a window of a long text repeats from the one before; ${card}.`,
  ),
  concurrency: option(positive, recognise.concurrency, 'Documents that are asked about at once.'),
  timeoutMs: timeout(recognise.timeoutMs),
})

/** How chunks are put into sets. */
export const packSection = section({
  chunksPerSet: option(positive, pack.chunksPerSet, 'Most chunks of one chunk set.'),
  deadlineMs: option(
    positive,
    pack.deadlineMs,
    'CPU milliseconds that one document may take before its worker is killed.',
  ),
})

/** How prepared text and chunk sets are written. */
export const storeSection = section({
  concurrency: option(positive, store.concurrency, 'Documents that are stored at once.'),
  parallel: option(positive, store.parallel, 'Chunk sets of one document written at once.'),
  timeoutMs: timeout(store.timeoutMs),
})

/** How vectors are written. */
export const vectorsSection = section({
  maxRecords: option(positive, vectors.maxRecords, 'Most embedding sets of one call.'),
  lingerMs: option(natural, vectors.lingerMs, 'Milliseconds to wait for more sets.'),
  terms: option(
    z.boolean(),
    vectors.terms,
    'Whether words are indexed too, for search by words. Takes effect on what is written; vectors rebuild does the rest.',
  ),
  timeoutMs: timeout(vectors.timeoutMs),
})

/** How summaries are stored. */
export const summariesSection = section({
  concurrency: option(positive, summaries.concurrency, 'Summaries stored at a time.'),
  timeoutMs: timeout(summaries.timeoutMs),
  maxRecords: option(positive, summaries.maxRecords, 'Most records of one call to the cache.'),
  lingerMs: option(natural, summaries.lingerMs, 'Milliseconds to wait for more records.'),
  ttlMs: option(
    natural,
    summaries.ttlMs,
    'Milliseconds until the cache forgets a summary; never, when 0. A Redis forgets up to a tenth earlier, so that not all go at once.',
  ),
})
