import fc from 'fast-check'
import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { createBudget } from '../../../../processors/parse/budget.ts'
import {
  ElementScanner,
  nameCode,
  scanElements,
} from '../../../../processors/parse/office/element-scanner.ts'
import { defaultParseOptions } from '../../../../processors/parse/options.ts'
import { ParseRefusal } from '../../../../processors/parse/parse-code.ts'
import { readXml } from '../../../../processors/parse/xml.ts'

const budget = () => createBudget({ ...defaultParseOptions.limits, elementDepth: 50 }, 1000)
const NAMES = new Map(['c', 'v', 'row', 'is', 't'].map((name) => [nameCode(name), name]))

/** What is told of XML as one line; neighbouring texts are one. */
class Told {
  #line = ''
  #text = ''
  open(name: string, type?: string): void {
    this.#line += `${this.#flush()}<${name}${type === undefined ? '' : ` ${type}`}>`
  }
  close(name: string): void {
    this.#line += `${this.#flush()}</${name}>`
  }
  text(text: string): void {
    this.#text += text
  }
  #flush(): string {
    const text = this.#text
    this.#text = ''
    return text
  }
  end(): string {
    return this.#line + this.#flush()
  }
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const scanned = async (bytes: Buffer, size = bytes.length): Promise<string> => {
  const told = new Told()
  const scanner = new ElementScanner(
    {
      open: (name) => told.open(NAMES.get(name) ?? '?', scanner.attribute(nameCode('t'))),
      close: (name) => told.close(NAMES.get(name) ?? '?'),
      text: (text) => told.text(text),
    },
    budget(),
  )
  scanner.wantsText = true
  await scanElements(inPieces(bytes, Math.max(1, size)), scanner)
  return told.end()
}

/** The same by htmlparser2, which the other parts of Office files are read by. */
const byTheOracle = (bytes: Buffer): string => {
  const told = new Told()
  const known = (name: string) => ([...NAMES.values()].includes(name) ? name : '?')
  readXml(
    bytes,
    {
      open: (name, { t }) => told.open(known(name), t),
      close: (name) => told.close(known(name)),
      text: (text) => told.text(text),
    },
    budget(),
  )
  return told.end()
}

const characters = fc.constantFrom('a', ' ', '\n', 'é', '世', '😀', '&amp;', '&#65;', '&#x1F600;')
const text = fc.array(characters, { maxLength: 6 }).map((all) => all.join(''))
const other = fc.constantFrom('<!-- <c> -- -->', '<?pi <c> ?>', '<![CDATA[<c>é&amp;]]>', '')
const attributes = fc.constantFrom(
  '',
  ' t="s"',
  " r='A1' t = 's'",
  ' x:t="no" s="1"',
  ' a="/>" t="n"',
)
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      fc.constantFrom('c', 'v', 'x:row', 'is', 't', 'longer'),
      attributes,
      text,
      other,
      fc.oneof({ maxDepth: 4, withCrossShrink: true }, text, tie('element')),
    )
    .map(([name, list, before, between, inner]) =>
      before === '' && inner === ''
        ? `<${name}${list}/>`
        : `<${name}${list}>${before}${between}${inner}</${name}>`,
    ),
}))

describe('the scanner of elements', () => {
  it('tells what htmlparser2 tells, whatever pieces the bytes come in', () =>
    fc.assert(
      fc.asyncProperty(fc.array(element), fc.integer({ min: 1, max: 40 }), async (all, size) => {
        const bytes = Buffer.from(`<?xml version="1.0"?><c>${all.join('')}</c>`)
        const expected = byTheOracle(bytes)
        assert.equal(await scanned(bytes), expected)
        assert.equal(await scanned(bytes, size), expected)
      }),
      { numRuns: 400 },
    ))

  it('reads UTF-16 by its mark', async () => {
    const bytes = Buffer.from('\ufeff<c t="s">世é</c>', 'utf16le')
    assert.equal(await scanned(bytes), '<c s>世é</c>')
    assert.equal(await scanned(bytes, 3), '<c s>世é</c>')
  })

  it('ends with any bytes, at most once with a refusal', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('<', '>', '/', '"', "'", '&', '!', '[', ']', '-', '?', 'c', ' ')),
        fc.integer({ min: 1, max: 9 }),
        async (all, size) => {
          const bytes = Buffer.from(all.join(''))
          assert.equal(await scanned(bytes, size), await scanned(bytes))
        },
      ),
      { numRuns: 400 },
    ))

  it('goes on after a tag without an end, and counts depth', async () => {
    const endless = Buffer.from(`<c>1<v "${'x'.repeat(200_000)}>2<c>3</c>`)
    assert.match(await scanned(endless, 1000), /^<c>1.*<c>3<\/c>$/)
    await assert.rejects(
      scanned(Buffer.from('<c>'.repeat(60))),
      (error) => error instanceof ParseRefusal && error.code === 'too-deep',
    )
  })

  it('takes time in proportion to what it reads', async () => {
    for (const piece of ['<c "', "<c '", '</c', '<![CDATA[', '<!-', '&#', '<c t=', ']]', '<?']) {
      const bytes = Buffer.from(piece.repeat(1_000_000 / piece.length))
      const before = process.cpuUsage()
      await scanned(bytes, 16_384).catch(() => '')
      const { user, system } = process.cpuUsage(before)
      assert.ok(user + system < 2_000_000, `${piece}: ${(user + system) / 1000} ms`)
    }
  })
})
