import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { codecFromSchema } from '../../schemas/codec.ts'
import { decodeFile, encodeFile } from '../../schemas/container-file.ts'
import {
  chunkFileCodec,
  codecs,
  documentEventCodec,
  embeddingSetCodec,
} from '../../schemas/generated/codecs.ts'
import type { ChunkFile } from '../../schemas/generated/types.ts'
import { aDocumentEvent } from '../builders/a-document-event.ts'
import { aChunkFile, aChunkRecord, anEmbeddingSet } from '../builders/outputs.ts'
import { repository } from '../scripts/repository.ts'

describe('codecs', () => {
  it('give back every field as it was', () => {
    const event = aDocumentEvent({ revision: 9_007_199_254_740_993n, bytes: 12n })
    const back = documentEventCodec.decode(documentEventCodec.encode(event))
    assert.deepEqual(structuredClone(back), event)
  })

  it('keep a long that a double cannot hold', () => {
    const event = aDocumentEvent({ revision: 2n ** 63n - 1n })
    const back = documentEventCodec.decode(documentEventCodec.encode(event))
    assert.equal(back.revision, 9_223_372_036_854_775_807n)
  })

  it('give back every long', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
        fc.bigInt(0n, 99n),
        (revision, bytes) => {
          const event = aDocumentEvent({ revision, bytes })
          const back = documentEventCodec.decode(documentEventCodec.encode(event))
          assert.deepEqual([back.revision, back.bytes], [revision, bytes])
        },
      ),
    )
  })

  it('have the fingerprints that their schemas give', () => {
    for (const { subject, schema, fingerprint } of codecs)
      assert.equal(fingerprint, codecFromSchema(subject, schema).fingerprint, subject)
  })

  it('keep values apart that share memory, small ones and large ones', () => {
    const sizes = [1, 70_000, 10, 30_000, 60_000, 65_536, 5, 1_000, 64_000, 3]
    const events = sizes.map((size, index) => aDocumentEvent({ name: String(index).repeat(size) }))
    const encoded = events.map((event) => documentEventCodec.encode(event, 5).fill(7, 0, 5))
    for (const [index, bytes] of encoded.entries()) {
      assert.deepEqual([...bytes.subarray(0, 5)], [7, 7, 7, 7, 7])
      assert.equal(documentEventCodec.decode(bytes.subarray(5)).name, events[index]!.name)
    }
  })

  it('name the field that does not fit, without its value', () => {
    const broken = { ...aDocumentEvent(), name: 42 as unknown as string }
    assert.throws(() => documentEventCodec.encode(broken), /document-event.*name/)
  })

  it('take bytes from any Uint8Array, such as one back from a worker thread', () => {
    const vector = { chunkId: 'c', ordinal: 0, tokens: 1, vector: Uint8Array.of(1, 2, 255) }
    const bytes = embeddingSetCodec.encode(anEmbeddingSet({ vectors: [vector] }))
    for (const decode of [
      embeddingSetCodec.decode,
      embeddingSetCodec.decoderFor(embeddingSetCodec.schema),
    ]) {
      assert.deepEqual([...decode(bytes).vectors[0]!.vector], [1, 2, 255])
    }
  })

  it('refuse bytes of something else', () => {
    assert.throws(() => documentEventCodec.decode(Buffer.from('not avro')))
  })

  it('have one fingerprint each', () => {
    assert.equal(new Set(codecs.map((codec) => codec.fingerprint)).size, codecs.length)
  })
})

describe('container files', () => {
  it('are equal for equal values and read back', () => {
    const event = aDocumentEvent()
    const file = encodeFile(documentEventCodec, event)
    assert.deepEqual(file, encodeFile(documentEventCodec, event))
    assert.deepEqual(structuredClone(decodeFile(documentEventCodec, file)), event)
  })

  it('are read when the released version before wrote them, with what they lack as null', () => {
    const path = join(repository, 'schemas', 'released', 'chunk-file', '1.avsc')
    const first = codecFromSchema<ChunkFile>('chunk-file', readFileSync(path, 'utf8'))
    const file = aChunkFile({ chunks: [aChunkRecord({ startByte: 7, textHash: 'aa' })] })
    const [chunk] = decodeFile(chunkFileCodec, encodeFile(first, file)).chunks
    const places = { startByte: null, endByte: null, startCodePoint: null, endCodePoint: null }
    const lacking = { ...places, sourceStart: null, sourceEnd: null }
    assert.deepEqual(
      structuredClone(chunk),
      structuredClone(aChunkRecord({ ...lacking, textHash: null, ids: Buffer.from(chunk!.ids) })),
    )
    const newer = encodeFile(chunkFileCodec, file)
    assert.equal(decodeFile(first, newer).chunks[0]!.text, 'hello')
  })

  it('say so when they are cut short or are something else', () => {
    const file = encodeFile(documentEventCodec, aDocumentEvent())
    assert.throws(
      () => decodeFile(documentEventCodec, file.subarray(0, file.length - 20)),
      /truncated/,
    )
    assert.throws(() => decodeFile(documentEventCodec, Buffer.from('%PDF-1.7')), /not an Avro/)
  })
})
