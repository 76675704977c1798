import { Tokenizer } from 'tokenizers'
import type { Tokens } from '../../../topology/model/document.ts'

/** The reference tokeniser, with its offsets turned from code points into UTF-16 units. */
export interface Reference {
  readonly tokenise: (texts: readonly string[]) => Promise<Tokens[]>
}

export function createReference(json: string): Reference {
  const native = Tokenizer.fromString(json)
  native.disableTruncation()
  native.disablePadding()
  return {
    tokenise: async (texts) => {
      const encodings = await native.encodeBatch([...texts], { addSpecialTokens: false })
      return encodings.map((encoding, i) => ({
        ids: Int32Array.from(encoding.getIds()),
        offsets: toUnits(texts[i]!, encoding.getOffsets()),
      }))
    },
  }
}

function toUnits(text: string, offsets: readonly (readonly number[])[]): Int32Array {
  const unitOf = [0]
  for (const character of text) unitOf.push(unitOf.at(-1)! + character.length)
  return Int32Array.from(offsets.flatMap(([start, end]) => [unitOf[start!]!, unitOf[end!]!]))
}
