import assert from 'node:assert/strict'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { describe, it } from 'mocha'
import { PieceWriter } from '../../../sinks/parquet/piece-writer.ts'

/** Numbers, and stretches of which some are longer than a piece. */
const fill = (writer: ByteWriter, stretches: readonly number[]): void => {
  for (const [index, length] of stretches.entries()) {
    writer.appendUint32(index)
    writer.appendBytes(new Uint8Array(length).fill(index + 1))
    writer.appendVarInt(length)
  }
}

describe('PieceWriter', () => {
  const sizes = {
    nothing: [],
    'a small file': [10, 1_000],
    'a file of some pieces': [70_000, 5, 1_048_570, 300_000, 900_000, 900_000],
    'stretches longer than a piece': [1_500_000, 20, 2_500_000, 20],
  }
  for (const [name, stretches] of Object.entries(sizes))
    it(`writes the bytes of the library's writer: ${name}`, () => {
      const ours = new PieceWriter()
      const theirs = new ByteWriter()
      fill(ours, stretches)
      fill(theirs, stretches)
      assert.equal(ours.offset, theirs.offset)
      assert.equal(Buffer.compare(ours.takeAll(), theirs.getBytes()), 0)
    })

  it('writes a second file that shares nothing with the first', () => {
    const [first, second] = [new PieceWriter(), new PieceWriter()]
    fill(first, [70_000, 2_000_000, 900_000])
    const before = first.takeAll()
    const copy = Buffer.from(before)
    fill(second, [900_000, 900_000, 900_000])
    second.takeAll()
    assert.equal(Buffer.compare(before, copy), 0)
  })

  it('takes the memory of a large file for the next one when it is told to', () => {
    const writeOne = (value: number) => {
      const writer = new PieceWriter()
      writer.appendBytes(new Uint8Array(10_000_000).fill(value))
      writer.appendBytes(new Uint8Array(30_000_000).fill(value))
      return { writer, bytes: writer.takeAll() }
    }
    const first = writeOne(1)
    const second = writeOne(2)
    assert.notEqual(second.bytes.buffer, first.bytes.buffer)
    first.writer.release()
    assert.ok(first.bytes.buffer.byteLength < 40_000_000, 'no more is kept than it should be')
    const third = writeOne(3)
    assert.equal(third.bytes.buffer, first.bytes.buffer)
    assert.ok(second.bytes.every((byte) => byte === 2))
    assert.ok(third.bytes.length === 40_000_000 && third.bytes.every((byte) => byte === 3))
  })
})
