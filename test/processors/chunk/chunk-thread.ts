import { parentPort, workerData } from 'node:worker_threads'
import { createChunker } from '../../../processors/chunk/chunk.ts'
import { defaultChunkOptions } from '../../../processors/chunk/options.ts'
import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'

/** Answers the texts it was started with by the ids of their chunks. */
const tokeniser = createTokeniser(loadTokenizer())
const chunker = createChunker({ ...defaultChunkOptions, maxTokens: 26, overlap: 4 }, tokeniser)
const texts = workerData as readonly string[]
parentPort!.postMessage(
  texts.map((text) => chunker({ text, spans: [] }, tokeniser.tokenise(text)).map(({ id }) => id)),
)
