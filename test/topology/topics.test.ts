import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createTopics } from '../../topology/topics.ts'
import { aPreparedDocument } from '../builders/outputs.ts'
import { aChunkSet } from '../gpu-runners/a-chunk-set.ts'

const { topics } = createTopics(1)
/** Of the profile `embedded`: 96 records or 4 MiB of one partition. */
const [mostRecords, mostBytes] = [96, 4 * 1024 * 1024]

const atOnce = (weight: number): number => Math.min(mostRecords, Math.ceil(mostBytes / weight))

describe('what is in flight of a topic', () => {
  it('is few chunk sets at once where they are full, and all that may be where they are of mails', () => {
    const weigh = (tokens: number, chunks: number): number =>
      topics.chunks.weigh?.(aChunkSet(null, { tokens, chunks })) ?? 0
    assert.equal(atOnce(weigh(64 * 256, 64)), 11)
    assert.equal(atOnce(weigh(2 * 256, 2)), mostRecords)
  })

  it('is few texts at once where they are long, and all that may be where they are mails', () => {
    const weigh = (characters: number): number =>
      topics.prepared.weigh?.(aPreparedDocument({ characters })) ?? 0
    assert.equal(atOnce(weigh(100_000)), 11)
    assert.equal(atOnce(weigh(5_000)), mostRecords)
  })

  it('is nothing besides the event where a document is erased', () => {
    const erased = { operation: 'ERASE', characters: 0, chunks: 0, tokens: 0 } as const
    assert.equal(topics.prepared.weigh?.(aPreparedDocument(erased)), 0)
    assert.equal(topics.chunks.weigh?.(aChunkSet(null, erased)), 0)
  })
})
