import type { Config } from '../../config/schema.ts'
import type { EmbeddingSet } from '../../schemas/generated/types.ts'
import { bringSets } from '../../sinks/vectors/index.ts'
import type { Topic } from '../../topology/model/topic.ts'
import type {
  VectorIndex,
  VectorIndexRebuild,
  VectorPoint,
} from '../../topology/ports/vector-index.ts'
import { groupOf } from '../../topology/runtime/group-of.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { counted, type Output } from '../output.ts'
import { modelCardsOf } from '../pipeline-options.ts'
import type { ArchiveView } from '../read/archive-view.ts'
import { readTopic } from '../read/read-topic.ts'

export interface RebuildOptions {
  /** `topic`: all embeddings there are; `index`: the points of the index as it is, and what comes after them. */
  readonly from: 'topic' | 'index'
  /** Whether to go on where the topic no longer has its beginning. */
  readonly partial: boolean
}

type RebuildView = Pick<ArchiveView, 'topology' | 'log' | 'registry' | 'vectors' | 'objects'>

/** Embedding sets, and points of another index, that are brought at once. */
const setsAtOnce = 128
const pointsAtOnce = 512
/** Passes over what has come meanwhile, before the aliases move. */
const mostPasses = 5

/**
 * Fills a new index beside the one in use and puts it in its place. What was written to the old one meanwhile is in the
 * topic: it is read until there is no more, and once again after the move.
 */
export const rebuildVectors = async (
  view: RebuildView,
  rebuild: VectorIndexRebuild,
  config: Config,
  output: Output,
  { from, partial }: RebuildOptions,
): Promise<number> => {
  const topic = embeddingsOf(view)
  const isOfModel = ofModel(config)
  const ports = { vectors: rebuild.index, objects: view.objects }
  let records = 0
  /** Brings what the topic has from there on; answers where it was looked up to. */
  const bring = async (positions: readonly number[]): Promise<readonly number[]> => {
    const ends = await view.log.ends(topic.name)
    let batch: EmbeddingSet[] = []
    const found = readTopic(view.log, view.registry, topic, { from: positions })
    for await (const { decoded } of found) {
      records += 1
      if (isOfModel(decoded)) batch.push(decoded)
      if (batch.length < setsAtOnce) continue
      await bringSets(batch, ports, config.vectors)
      batch = []
    }
    if (batch.length > 0) await bringSets(batch, ports, config.vectors)
    return ends
  }

  if (from === 'topic' && !partial) await requireBeginning(view, topic)
  let positions = from === 'index' ? await committedIn(view, topic) : []
  if (from === 'index') await copyPoints(view.vectors, rebuild.index)
  for (let pass = 0; pass < mostPasses; pass++) {
    const reached = await bring(positions)
    const same = reached.every((end, partition) => end === (positions[partition] ?? 0))
    positions = reached
    if (same) break
  }
  const points = await rebuild.index.count()
  if ((await rebuild.putInPlace()) === 'others-wrote') await bring(positions)
  output.value({ from, records, points })
  output.line(`${counted(records, 'record')} read; ${counted(points, 'point')} in place`)
  return exitCodes.ok
}

const embeddingsOf = ({ topology }: RebuildView): Topic<EmbeddingSet> => {
  const topic = topology.topics.find(({ name }) => name === 'archive.embeddings')
  if (!topic) throw new Error('the topology has no topic of embeddings')
  return topic as unknown as Topic<EmbeddingSet>
}

/** Sets of other models have a place of their own; what is erased is erased everywhere. */
const ofModel = (config: Config) => {
  const { name, version } = modelCardsOf(config).embed
  return ({ operation, producedBy }: EmbeddingSet): boolean =>
    operation === 'ERASE' || (producedBy.model === name && producedBy.modelVersion === version)
}

/** Throws where retention has taken records that may be needed. */
const requireBeginning = async (
  { log }: RebuildView,
  { name: topic }: Topic<EmbeddingSet>,
): Promise<void> => {
  for (const [partition, end] of (await log.ends(topic)).entries()) {
    const [first] = await log.read({ topic, partition }, 0, 1)
    if (end === 0 || first?.offset === 0) continue
    const begins = first ? `begins at offset ${first.offset}` : 'has no records any more'
    throw new CommandError(
      exitCodes.failed,
      `partition ${partition} of ${topic} ${begins}: older embeddings are gone. --from index copies the points that are there; --partial goes on without; or publish the documents again`,
    )
  }
}

/** What every process has brought to the index in use. */
const committedIn = async (
  { topology, log }: RebuildView,
  { name }: Topic<EmbeddingSet>,
): Promise<readonly number[]> => {
  const part = topology.subTopologies.find((each) => each.name === 'vectors')
  if (!part) throw new Error('the topology has no sub-topology of vectors')
  const positions: number[] = []
  for (const { topic, partition, offset } of await log.committed(groupOf({ topology }, part)))
    if (topic === name) positions[partition] = offset
  return positions
}

const copyPoints = async (
  old: Pick<VectorIndex, 'scan'>,
  index: Pick<VectorIndex, 'upsert'>,
): Promise<void> => {
  let batch: VectorPoint[] = []
  for await (const point of old.scan()) {
    batch.push(point)
    if (batch.length < pointsAtOnce) continue
    await index.upsert(batch)
    batch = []
  }
  if (batch.length > 0) await index.upsert(batch)
}
