import type { Chunked, Tokenised } from '../../topology/model/draft.ts'
import { forward } from '../../topology/model/outcome.ts'
import type { PureStage } from '../../topology/model/stage.ts'
import { createChunker } from './chunk.ts'
import type { TokeniserFacts } from './chunk.ts'
import { checkChunkOptions, defaultChunkOptions } from './options.ts'
import type { ChunkOptions } from './options.ts'

/** The options that decide what comes out: without a header, nothing depends on how long one may be. */
const deciding = (options: ChunkOptions) =>
  options.header === 'none'
    ? { ...options, headerTokens: defaultChunkOptions.headerTokens }
    : { ...options }

/**
 * Cuts the redacted text into chunks that fit the model. `load` gives the tokeniser that made the tokens.
 *
 * @throws {ChunkOptionsError} when the options make no sense together
 */
export function chunkStage(
  options: ChunkOptions,
  load: () => TokeniserFacts,
): PureStage<Tokenised, Chunked> {
  checkChunkOptions(options)
  return {
    kind: 'pure',
    name: 'chunk',
    version: 3,
    order: 'key',
    doc: 'Cuts the redacted text into chunks that fit the model, at the borders of its structure.',
    deadlineMs: 10_000,
    settings: deciding(options),
    create: () => {
      const tokeniser = load()
      const chunker = createChunker(options, tokeniser)
      return ({ tokens, ...rest }) => {
        if (rest.tokenizerSha256 !== tokeniser.sha256) {
          throw new Error('the tokens were made with another tokenizer than the chunker was given')
        }
        const chunks = chunker(rest.document, tokens, rest.findings)
        return forward({ tokenCount: tokens.ids.length, chunks, ...rest })
      }
    },
  }
}
