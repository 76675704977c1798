import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { splitLines } from '../../../cli/try/split-lines.ts'

async function* streamOf(pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece, 'latin1')
}

const linesOf = async (pieces: readonly string[], maxBytes = 1_000): Promise<unknown[]> => {
  const lines: unknown[] = []
  for await (const line of splitLines(streamOf(pieces), maxBytes)) lines.push(line)
  return lines
}

describe('splitLines', () => {
  it('gives the same lines however the stream is cut', async () => {
    const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '{', ' ') }))
    await fc.assert(
      fc.asyncProperty(pieces, async (cut) => {
        const expected = cut.join('').split('\n')
        if (expected.at(-1) === '') expected.pop()
        assert.deepEqual(await linesOf(cut), expected)
      }),
    )
  })

  it('does not split at the line separators of Unicode, which JSON strings may hold', async () => {
    const lines: unknown[] = []
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"text":"one\u2028two\u2029three"}\n')
    }
    for await (const line of splitLines(stream(), 100)) lines.push(line)
    assert.deepEqual(lines, ['{"text":"one\u2028two\u2029three"}'])
  })

  it('reads past a line that is too long and goes on with the next', async () => {
    const tooLong = { kind: 'too-long' }
    assert.deepEqual(await linesOf(['aaaa', 'aaaa', 'a\nbb\n'], 8), [tooLong, 'bb'])
    assert.deepEqual(await linesOf(['aaaaaaaa\naaaaaaaaa'], 8), ['aaaaaaaa', tooLong])
  })

  it('keeps what a stream wrote into a buffer that it uses again', async () => {
    const shared = Buffer.from('ab')
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield shared
      shared.write('c\n')
      yield shared
    }
    const lines: unknown[] = []
    for await (const line of splitLines(stream(), 100)) lines.push(line)
    assert.deepEqual(lines, ['abc'])
  })
})
