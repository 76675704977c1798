import type { EmbeddingSet } from '../../schemas/generated/types.ts'
import type { BatchSink } from '../../topology/model/stage.ts'
import { vectorDefaults, type VectorOptions } from './options.ts'
import { bringSets } from './bring-sets.ts'

/**
 * Brings embedding sets into the vector index.
 *
 * Older points of a document are removed after every call that brought sets of it, not only after its last set: a last
 * set that never comes (its embedding was dead-lettered) would leave chunks of a superseded revision to be found for
 * good. Points of the same ordinals have been replaced by then, so what goes early is at most the tail of a document
 * of more than one set, for as long as its next set takes.
 */
export const vectorSink = (changes: Partial<VectorOptions> = {}): BatchSink<EmbeddingSet> => {
  const options = { ...vectorDefaults, ...changes }
  return {
    kind: 'batch-sink',
    name: 'vectors',
    version: 1,
    doc: 'Vectors by chunk in the vector index, guarded by revision',
    ordered: true,
    batch: { maxRecords: options.maxRecords, lingerMs: options.lingerMs },
    timeoutMs: options.timeoutMs,
    write: (records, { ports }) =>
      bringSets(
        records.map(({ value }) => value),
        ports,
        options,
      ),
  }
}
