import type { Redacted, Tokenised } from '../../topology/model/draft.ts'
import { forward } from '../../topology/model/outcome.ts'
import type { PureStage } from '../../topology/model/stage.ts'
import { openTokeniser } from './open-tokeniser.ts'
import type { TokeniseOptions } from './options.ts'
import type { Tokeniser } from './tokeniser.ts'

/**
 * Loads a tokeniser when it is first asked for, once. Hand the same one to the stages of one thread: to `tokeniseStage`,
 * and to `chunkStage`, which must know where words begin.
 *
 * @throws {TokenizerFileError} from the function returned
 */
export function tokeniserOnce(options: TokeniseOptions = {}): () => Tokeniser {
  let loaded: Tokeniser | undefined
  // The chunker cuts at offsets, so the white space that a token stands for must lie inside them.
  return () => (loaded ??= openTokeniser(options, { offsets: 'whole' }))
}

/**
 * Adds the tokens of the redacted text. `pinned` says which file the tokeniser must come from; without it, results may change
 * and nobody is told.
 */
export function tokeniseStage(
  load: () => Tokeniser,
  pinned: Pick<TokeniseOptions, 'tokenizerSha256'> = {},
): PureStage<Redacted, Tokenised> {
  return {
    kind: 'pure',
    name: 'tokenise',
    version: 1,
    order: 'key',
    doc: 'Splits the redacted text into the token ids of the model, with UTF-16 offsets.',
    deadlineMs: 10_000,
    settings: { tokenizerSha256: pinned.tokenizerSha256 ?? 'not pinned' },
    create: () => {
      const tokeniser = load()
      return (redacted) => {
        const tokens = tokeniser.tokenise(redacted.document.text)
        return forward({ tokens, tokenizerSha256: tokeniser.sha256, ...redacted })
      }
    },
  }
}
