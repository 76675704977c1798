import { deepEqual } from 'node:assert/strict'
import { eld } from 'eld/extrasmall'
import fc from 'fast-check'
import { AsciiLanguage, isPlainSample } from '../../../processors/parse/ascii-language.ts'
import { ngramTable } from '../../../processors/parse/detect-language.ts'

const WORDS =
  `the and don't O'Neill it's 'quoted' \`code\` ' '' and/or of x a-b der die das und nicht ist il gatto la casa et les une
   que para los voor het een jest nie och inte kirja on ACME HELLO 42 3.14 ... -- ~ internationalisation ${'long'.repeat(20)}`.split(
    /\s+/,
  )

const sample = fc.oneof(
  fc
    .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(' ', ', ', '.\n', "' ", " '", '')))
    .map((parts) => parts.flat().join('').slice(0, 300)),
  fc.string({ maxLength: 160 }),
)

describe('the language of plain samples', () => {
  it('is the one that eld gives', async () => {
    const plain = new AsciiLanguage(await ngramTable())
    fc.assert(
      fc.property(sample, (text) => {
        fc.pre(isPlainSample(text))
        deepEqual(plain.detect(text, 0) ?? '', eld.detect(text).language)
      }),
      { numRuns: 2000 },
    )
  })

  it('is left to eld where a letter is not of ASCII, or the sample is long', () => {
    deepEqual(['naïve', 'a'.repeat(301), 'plain'].map(isPlainSample), [false, false, true])
  })
})
