const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** A stretch of fewer words is in any long document. */
const LEAST_WORDS = 3

/** Whether the words can be cut into stretches that are all in `said`: sentences that end without a mark run together when joined. */
const isSaid = (words: readonly string[], said: string): boolean => {
  for (let from = 0; from < words.length;) {
    let to = from
    while (to < words.length && said.includes(words.slice(from, to + 1).join(' '))) to++
    if (to - from < Math.min(LEAST_WORDS, words.length - from)) return false
    from = to
  }
  return true
}

/**
 * How many sentences of a summary its document says word for word; white space is all alike. Where nothing is worded anew, that is
 * what it means that a summary says nothing that the document does not.
 */
export const supportedSentences = (
  sentences: readonly string[],
  document: string,
): { readonly supported: number; readonly all: number } => {
  const said = plain(document)
  const wanted = sentences.map(plain).filter((sentence) => sentence !== '')
  const supported = wanted.filter((each) => isSaid(each.split(' '), said))
  return { supported: supported.length, all: wanted.length }
}
