import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scan } from '../../../processors/redact/scan.ts'
import { scanText } from '../../../processors/redact/scanner.ts'
import { detect } from '../../../processors/redact/redact.ts'
import { ATTACKS, repeated } from './attacks.ts'
import { somePolicy } from './some-policy.ts'

const policy = somePolicy({ entities: { URL: {}, DATE_TIME: {} } })

/** What one pass notes down: every candidate and every open question costs a bounded look around it. */
const noted = (text: string): number => {
  const scan = new Scan(text, policy)
  scanText(scan)
  return scan.found.length + scan.undecided.length
}

describe('on a text made to be hard', () => {
  it('knows at least two hundred ways to be hard', () => {
    assert.ok(ATTACKS.length >= 200)
    assert.equal(new Set(ATTACKS).size, ATTACKS.length)
  })

  for (const piece of ATTACKS) {
    it(`comes to an end with findings in order, and notes at most twice as much for twice ${JSON.stringify(piece)}`, () => {
      const once = noted(repeated(piece, 4000))
      const twice = noted(repeated(piece, 8000))
      assert.ok(twice <= 2.3 * once + 16, `${once} then ${twice}`)
      let reach = 0
      for (const { start, end } of detect(repeated(piece, 4000), policy)) {
        assert.ok(start >= reach && end > start)
        reach = end
      }
    })
  }
})
