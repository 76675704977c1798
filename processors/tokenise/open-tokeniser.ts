import { loadTokenizer } from './load-tokenizer.ts'
import type { TokeniseOptions } from './options.ts'
import { createTokeniser } from './tokeniser.ts'
import type { Tokeniser, TokeniserOptions } from './tokeniser.ts'
import { namingFile } from './tokenizer-file-error.ts'

/**
 * Reads a `tokenizer.json` and builds its tokeniser.
 *
 * @throws {TokenizerFileError} naming the file, when it cannot be read, is another or asks for what is not supported
 */
export function openTokeniser(file: TokeniseOptions, options: TokeniserOptions = {}): Tokeniser {
  const json = loadTokenizer(file)
  return namingFile(file.tokenizerFile, () => createTokeniser(json, options))
}
