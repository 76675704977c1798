import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { createBudget } from '../../../../processors/parse/budget.ts'
import { defaultParseOptions } from '../../../../processors/parse/options.ts'
import { decompressRtf } from '../../../../processors/parse/outlook/compressed-rtf.ts'

const budget = (): ReturnType<typeof createBudget> => createBudget(defaultParseOptions.limits, 1000)

describe('parse: compressed RTF', () => {
  it('comes to the text of the example in the specification (MS-OXRTFCP 3.1)', () => {
    const packed = Buffer.from(
      '2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232' +
        '0af32068656c090020627705b06c647d0a800fa0',
      'hex',
    )
    assert.equal(
      decompressRtf(packed, budget())?.toString('latin1'),
      '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n',
    )
  })

  it('gives no more than can be packed, whatever is claimed, and nothing for other streams', () => {
    const lying = Buffer.from('2d000000ffffffff4c5a467500000000ffffffff', 'hex')
    assert.ok((decompressRtf(lying, budget())?.length ?? 0) <= 36)
    assert.equal(decompressRtf(Buffer.from('2d0000002b00000000000000', 'hex'), budget()), undefined)
    assert.equal(decompressRtf(Buffer.alloc(40), budget()), undefined)
  })
})
