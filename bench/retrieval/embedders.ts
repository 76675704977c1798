import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHashEmbedder } from '../../drivers/embedded/models/embed-hash.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { createModelPools } from '../../gpu-runners/batching/model-pool.ts'
import { chunkItem } from '../../gpu-runners/chunk-set/ask-chunks.ts'
import { readVectors } from '../../gpu-runners/embed/read-vectors.ts'
import { readModelCard } from '../../gpu-runners/models/read-model-card.ts'
import { createTokeniser } from '../../processors/tokenise/tokeniser.ts'
import type { Tokeniser } from '../../processors/tokenise/tokeniser.ts'
import { littleEndian } from '../../schemas/little-endian.ts'
import { openTriton } from '../../test/drivers/triton/open-triton.ts'
import { prepareMiniLm } from '../../test/services/minilm.ts'
import { startTriton } from '../../test/services/triton.ts'
import type { Piece } from './collection.ts'

/** What is embedded: text and its ids by the tokeniser of the model. */
export type Readable = Pick<Piece, 'text' | 'ids'>

/** Vectors of length 1, one after the other. */
export interface Embedder {
  readonly name: string
  readonly embed: (items: readonly Readable[]) => Promise<Float32Array>
  readonly close: () => Promise<void>
}

export const hashEmbedder = (): Embedder => {
  const embed = createHashEmbedder()
  return {
    name: 'embed-hash',
    embed: (items) => Promise.resolve(embed(items.map(({ text }) => text))),
    close: () => Promise.resolve(),
  }
}

/** The real model on a Triton of its own, and its tokeniser. */
export const miniLm = async (): Promise<{ embedder: Embedder; tokeniser: Tokeniser }> => {
  const card = readModelCard('embed-minilm', 'embed')
  const model = await prepareMiniLm()
  const folder = await mkdtemp(join(tmpdir(), 'bench-retrieval-'))
  const server = await startTriton(folder, 'parent', {
    repositories: [model.repository],
    models: [card.name],
    environment: model.environment,
  })
  const models = openTriton(server.url, { timeoutMs: 120_000 })
  const ask = createModelPools({ card, read: readVectors(card), pool: { maxInFlight: 2 } })({
    models,
    clock: systemClock,
  })
  const embedder: Embedder = {
    name: card.name,
    embed: async (items) => {
      const asked = items.map(({ text, ids }, id) =>
        chunkItem({ id: String(id), text, tokens: ids.length, ids: littleEndian(ids) }, card),
      )
      const outcomes = await ask(asked, new AbortController().signal)
      const vectors = new Float32Array(items.length * card.dimensions)
      outcomes.forEach((outcome, at) => {
        if (outcome.kind !== 'ok') throw new Error(`no vector: ${outcome.reason}`)
        vectors.set(outcome.result, at * card.dimensions)
      })
      return vectors
    },
    close: async () => {
      await models.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return {
    embedder,
    tokeniser: createTokeniser(readFileSync(model.tokenizerFile, 'utf8'), { offsets: 'whole' }),
  }
}
