import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { decodeResponse, MalformedResponse } from '../../../drivers/triton/decode-response.ts'
import { encodeRequest, outgoing } from '../../../drivers/triton/encode-request.ts'
import {
  elementsOf,
  elementsOfBytes,
  ELEMENT_BYTES,
  floatsOf,
  integersOf,
  numbersTensor,
  textsTensor,
} from '../../../drivers/triton/tensor.ts'
import type { DataType, Tensor } from '../../../drivers/triton/tensor.ts'

const shape = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 })
const types = Object.keys(ELEMENT_BYTES) as DataType[]

/** A tensor of any type, whose bytes begin at any offset. */
const tensor = fc
  .record({ datatype: fc.constantFrom(...types), shape, offset: fc.nat(7) })
  .chain(({ datatype, shape: dims, offset }): fc.Arbitrary<Tensor> => {
    const count = elementsOf(dims)
    if (datatype === 'BYTES')
      return fc
        .array(fc.string({ unit: 'binary' }), { minLength: count, maxLength: count })
        .map((texts) => textsTensor('t', dims, texts))
    const length = count * ELEMENT_BYTES[datatype]
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => {
      const moved = new Uint8Array(offset + length)
      moved.set(bytes, offset)
      return { name: 't', datatype, shape: dims, bytes: moved.subarray(offset) }
    })
  })

const answerOf = (tensors: readonly Tensor[]): readonly [string, Uint8Array] => {
  const outputs = tensors.map(({ name, datatype, shape: dims, bytes }) => ({
    name,
    datatype,
    shape: dims,
    parameters: { binary_data_size: bytes.byteLength },
  }))
  const header = { model_name: 'm', model_version: '1', outputs }
  return [JSON.stringify(header), new Uint8Array(Buffer.concat(tensors.map(({ bytes }) => bytes)))]
}

describe('tensors', () => {
  it('of every type come out of a request and an answer as they went in', () => {
    fc.assert(
      fc.property(fc.array(tensor, { minLength: 1, maxLength: 4 }), (drawn) => {
        const tensors = drawn.map((each, i) => ({ ...each, name: `t${i}` }))
        const { body, headerLength } = encodeRequest({
          id: 'x',
          inputs: tensors.map(outgoing),
          outputs: [],
          parameters: {},
        })
        const sent = JSON.parse(body.subarray(0, headerLength).toString()) as {
          inputs: { parameters: { binary_data_size: number } }[]
        }
        const sizes = sent.inputs.map((each) => each.parameters.binary_data_size)
        assert.deepEqual(
          sizes,
          tensors.map(({ bytes }) => bytes.byteLength),
        )
        const [json, binary] = answerOf(tensors)
        assert.ok(Buffer.from(binary).equals(body.subarray(headerLength)))
        const { outputs } = decodeResponse(json, binary)
        for (const each of tensors) {
          const out = outputs.get(each.name)
          assert.deepEqual([out?.datatype, out?.shape], [each.datatype, each.shape])
          assert.ok(Buffer.from(out?.bytes ?? []).equals(each.bytes))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('of numbers are read at any offset', () => {
    fc.assert(
      fc.property(fc.array(fc.float()), fc.nat(7), (numbers, offset) => {
        const values = Float32Array.from(numbers)
        const moved = new Uint8Array(offset + values.byteLength)
        moved.set(new Uint8Array(values.buffer), offset)
        const bytes = moved.subarray(offset)
        const read = floatsOf({ name: 't', datatype: 'FP32', shape: [numbers.length], bytes })
        assert.deepEqual(read, values)
      }),
    )
  })

  it('of FP16 are read to the last bit', () => {
    const known: readonly (readonly [number, number])[] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65_504],
      [0x0400, 2 ** -14],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x3555, 0.333251953125],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0x7e00, NaN],
    ]
    const bits = Uint16Array.from(known, ([each]) => each)
    const read = floatsOf(numbersTensor('t', 'FP16', [bits.length], bits))
    assert.deepEqual(
      read,
      Float32Array.from(known, ([, value]) => value),
    )
  })

  it('of BF16 are the upper halves of floats', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), (bits) => {
        const [read] = floatsOf(numbersTensor('t', 'BF16', [1], Uint16Array.of(bits))) ?? []
        const view = new DataView(new ArrayBuffer(4))
        view.setUint16(0, bits)
        assert.ok(Object.is(read, view.getFloat32(0)))
      }),
    )
  })

  it('of texts count UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const elements = elementsOfBytes(textsTensor('t', [texts.length, 1], texts))
        assert.deepEqual(elements?.map(String), texts)
      }),
    )
  })

  it('of texts whose lengths do not add up are none', () => {
    const { bytes } = textsTensor('t', [2], ['one', 'two'])
    const of = (part: Uint8Array, dims: readonly number[]) =>
      elementsOfBytes({ name: 't', datatype: 'BYTES', shape: dims, bytes: part })
    assert.equal(of(bytes.subarray(0, bytes.length - 1), [2]), undefined)
    assert.equal(of(bytes.subarray(0, 9), [2]), undefined)
    assert.equal(of(bytes, [3]), undefined)
  })

  it('of whole numbers are read in their own width', () => {
    const read = (
      datatype: 'INT8' | 'UINT16' | 'BOOL' | 'UINT32',
      values: Int8Array | Uint16Array | Uint8Array | Uint32Array,
    ) => Array.from(integersOf(numbersTensor('t', datatype, [values.length], values)) ?? [])
    assert.deepEqual(read('INT8', Int8Array.of(-1, 5)), [-1, 5])
    assert.deepEqual(read('UINT16', Uint16Array.of(65_535)), [65_535])
    assert.deepEqual(read('UINT32', Uint32Array.of(4_294_967_295)), [4_294_967_295])
    assert.deepEqual(read('BOOL', Uint8Array.of(1, 0)), [1, 0])
  })
})

describe('an answer', () => {
  const sound = numbersTensor('t', 'FP32', [1, 2], Float32Array.of(1, 2))
  const refused = (json: string, binary: Uint8Array = new Uint8Array()) => {
    let thrown: unknown
    try {
      decodeResponse(json, binary)
    } catch (error) {
      thrown = error
    }
    assert.ok(thrown instanceof MalformedResponse, json)
    return thrown
  }

  it('is refused when its bytes are fewer or more than it says', () => {
    const [json, binary] = answerOf([sound])
    refused(json, binary.subarray(0, 7))
    refused(json, new Uint8Array(9))
    refused(json.replace('"binary_data_size":8', '"binary_data_size":4'), binary)
    refused(json.replace('[1,2]', '[1,3]'), binary)
    refused(json.replace('[1,2]', '[1,-2]'), binary)
    refused(json.replace('FP32', 'FP33'), binary)
  })

  it('is refused when it is no JSON, lacks something, or is an error', () => {
    refused('')
    refused('<html>')
    refused('{}')
    refused('[]')
    refused('{"model_name":"m","model_version":1,"outputs":[]}')
    assert.equal(refused('{"error":"no"}').said, 'no')
    assert.equal(refused('{"error":{"code":3}}').said, '{"code":3}')
  })

  it('may hold outputs in JSON', () => {
    const outputs = [
      { name: 'a', datatype: 'FP32', shape: [1, 2], data: [[1.5, 2]] },
      { name: 'b', datatype: 'BYTES', shape: [1], data: ['ü'] },
      { name: 'c', datatype: 'BOOL', shape: [1], data: [true] },
    ]
    const header = { model_name: 'm', model_version: '1', outputs }
    const read = decodeResponse(JSON.stringify(header), new Uint8Array()).outputs
    const a = read.get('a')
    const b = read.get('b')
    const c = read.get('c')
    assert.ok(a && b && c)
    assert.deepEqual(floatsOf(a), Float32Array.of(1.5, 2))
    assert.deepEqual(elementsOfBytes(b)?.map(String), ['ü'])
    assert.deepEqual(Array.from(integersOf(c) ?? []), [1])
    refused(JSON.stringify({ ...header, outputs: [{ ...outputs[0], shape: [3] }] }))
  })
})
