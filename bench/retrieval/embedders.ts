import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createHashEmbedder } from '../../drivers/embedded/models/embed-hash.ts'
import { chunkItem } from '../../gpu-runners/chunk-set/ask-chunks.ts'
import { readModelCard } from '../../gpu-runners/models/read-model-card.ts'
import { createTokeniser } from '../../processors/tokenise/tokeniser.ts'
import type { Tokeniser } from '../../processors/tokenise/tokeniser.ts'
import { floatsOf, littleEndian } from '../../schemas/little-endian.ts'
import { prepareMiniLm } from '../../test/services/minilm.ts'
import type { Piece } from './collection.ts'

/** What is embedded: text and its ids by the tokeniser of the model. */
export type Readable = Pick<Piece, 'text' | 'ids'>

/** Vectors of length 1, one after the other. */
export interface Embedder {
  readonly name: string
  readonly embed: (items: readonly Readable[]) => Promise<Float32Array>
  readonly close: () => void
}

export const hashEmbedder = (): Embedder => {
  const embed = createHashEmbedder()
  return {
    name: 'embed-hash',
    embed: (items) => Promise.resolve(embed(items.map(({ text }) => text))),
    close: () => {},
  }
}

const SCRIPT = fileURLToPath(new URL('../../../bench/retrieval/embed_ids.py', import.meta.url))
const BATCH = 16

/**
 * The real model and its tokeniser. Its ONNX file is run in a process of its own rather than on a Triton, so that a busy machine cannot bring the bench
 * down; minilm.integration.ts shows that both give the same vectors.
 */
export const miniLm = async (): Promise<{ embedder: Embedder; tokeniser: Tokeniser }> => {
  const card = readModelCard('embed-minilm', 'embed')
  const model = await prepareMiniLm()
  const onnx = join(model.repository, card.name, card.version, 'model.onnx')
  const child = spawn(join(model.environment, 'bin', 'python'), [SCRIPT, onnx], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (rows: readonly Readable[]): Promise<Float32Array> => {
    const ids = rows.map(({ text, ids: own }) => {
      const chunk = { id: '', text, tokens: own.length, ids: littleEndian(own) }
      return [...chunkItem(chunk, card).input.ids!]
    })
    child.stdin.write(`${JSON.stringify(ids)}\n`)
    const { value, done } = await answers.next()
    if (done) throw new Error('the process of the model has ended')
    return floatsOf(Buffer.from(value, 'base64'))
  }
  const embedder: Embedder = {
    name: card.name,
    embed: async (items) => {
      const vectors = new Float32Array(items.length * card.dimensions)
      // Sorted by length, so that little is padded.
      const order = items
        .map((_, at) => at)
        .sort((a, b) => items[a]!.ids.length - items[b]!.ids.length)
      for (let first = 0; first < order.length; first += BATCH) {
        const batch = order.slice(first, first + BATCH)
        const found = await ask(batch.map((at) => items[at]!))
        batch.forEach((at, row) => {
          const from = row * card.dimensions
          vectors.set(found.subarray(from, from + card.dimensions), at * card.dimensions)
        })
      }
      return vectors
    },
    close: () => void child.stdin.end(),
  }
  const json = readFileSync(model.tokenizerFile, 'utf8')
  return { embedder, tokeniser: createTokeniser(json, { offsets: 'whole' }) }
}
