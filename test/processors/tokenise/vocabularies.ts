import { loadTokenizer } from '../../../processors/tokenise/load-tokenizer.ts'

/** The embedded file with parts of it replaced. */
export function variant(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...(JSON.parse(loadTokenizer()) as object), ...changes })
}

export function normaliser(
  cleanText: boolean,
  handleChineseChars: boolean,
  stripAccents: boolean | null,
  lowercase: boolean,
): object {
  return {
    type: 'BertNormalizer',
    clean_text: cleanText,
    handle_chinese_chars: handleChineseChars,
    strip_accents: stripAccents,
    lowercase,
  }
}

export function addedToken(id: number, content: string, changes: object = {}): object {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false }
  return { id, content, ...flags, special: true, ...changes }
}

/** A tiny tokenizer.json over the given pieces, after `[UNK]` as id 0. */
export function tiny(pieces: readonly string[], model: object = {}): string {
  const vocab = Object.fromEntries(['[UNK]', ...pieces].map((piece, id) => [piece, id]))
  return JSON.stringify({
    normalizer: normaliser(true, true, null, true),
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: { type: 'WordPiece', vocab, ...model },
  })
}
