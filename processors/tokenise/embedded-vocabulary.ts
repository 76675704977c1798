import { readFileSync } from 'node:fs'

/** Text of the `tokenizer.json` that comes with the package; see vocabulary/README.md. For start-up, not for a stage. */
export function readEmbeddedVocabulary(): string {
  // Compiled files lie in dist/, the vocabulary only in the source tree, which the package ships for it.
  const file = new URL('../../../processors/tokenise/vocabulary/tokenizer.json', import.meta.url)
  return readFileSync(file, 'utf8')
}
