import { isDeepStrictEqual } from 'node:util'
import { createTokeniser } from '../../../processors/tokenise/tokeniser.ts'
import { createReference } from './reference.ts'

/** Looks for a text whose ids or offsets differ from the reference's; says what differs, or undefined. */
export function differenceFrom(
  json: string,
): (texts: readonly string[]) => Promise<string | undefined> {
  const ours = createTokeniser(json)
  const reference = createReference(json)
  return async (texts) => {
    const wanted = await reference.tokenise(texts)
    for (const [i, text] of texts.entries()) {
      // Twice, as the second time comes from the cache.
      for (const time of ['first', 'second']) {
        const { ids, offsets } = ours.tokenise(text)
        if (isDeepStrictEqual({ ids, offsets }, wanted[i])) continue
        const { ids: refIds, offsets: refOffsets } = wanted[i]!
        return [
          `${JSON.stringify(text)}, the ${time} time`,
          `ids ${[...ids].join(' ')}`,
          `for ${[...refIds].join(' ')}`,
          `offsets ${[...offsets].join(' ')}`,
          `for     ${[...refOffsets].join(' ')}`,
        ].join('\n  ')
      }
    }
    return undefined
  }
}
