import { InferenceError } from '../../topology/ports/model-server.ts'
import type { InferenceRequest, ModelInput } from '../../topology/ports/model-server.ts'
import { outgoing } from './encode-request.ts'
import type { OutgoingTensor } from './encode-request.ts'
import type { ModelBinding } from './model-binding.ts'
import { numbersTensor, writeTexts } from './tensor.ts'

/** The inputs of a request as the model has them. Throws `InferenceError` for what the model does not read. */
export const requestTensors = (
  { inputs: items, maxTokens }: InferenceRequest,
  { info, inputs }: ModelBinding,
): readonly OutgoingTensor[] => {
  const read = info.input === 'ids' ? idTensors(items, inputs) : [textTensor(items)]
  if (maxTokens === undefined || !inputs.has('max_tokens')) return read
  const limits = new Int32Array(items.length).fill(maxTokens)
  return [...read, outgoing(numbersTensor('max_tokens', 'INT32', [items.length, 1], limits))]
}

const textTensor = (items: readonly ModelInput[]): OutgoingTensor => {
  const texts = items.flatMap(({ text }) => text ?? [])
  if (texts.length < items.length)
    throw new InferenceError('invalid', 'the model reads text, and an input has none')
  return {
    name: 'text',
    datatype: 'BYTES',
    shape: [items.length, 1],
    size: texts.reduce((sum, text) => sum + 4 + Buffer.byteLength(text), 0),
    write: (body, at) => writeTexts(texts, body, at),
  }
}

/** Ids padded to the longest, and of lengths, mask and types what the model has. */
const idTensors = (
  items: readonly ModelInput[],
  inputs: ModelBinding['inputs'],
): readonly OutgoingTensor[] => {
  const rows = items.map(({ ids }) => {
    if (ids) return ids
    throw new InferenceError('invalid', 'the model reads token ids, and an input has none')
  })
  const width = rows.reduce((most, { length }) => Math.max(most, length), 0)
  const shape = [rows.length, width]
  const tensors = [integerTensor('input_ids', shape, rows, inputs)]
  if (inputs.has('lengths')) {
    const lengths = rows.map((ids) => Int32Array.of(ids.length))
    tensors.push(integerTensor('lengths', [rows.length, 1], lengths, inputs))
  }
  if (inputs.has('attention_mask')) {
    const ones = new Int32Array(width).fill(1)
    const masks = rows.map((ids) => ones.subarray(0, ids.length))
    tensors.push(integerTensor('attention_mask', shape, masks, inputs))
  }
  if (inputs.has('token_type_ids'))
    tensors.push(
      integerTensor(
        'token_type_ids',
        shape,
        rows.map(() => new Int32Array(0)),
        inputs,
      ),
    )
  return tensors
}

/** Rows of whole numbers of at least 0, filled up with 0, as INT32 or, where the model wants that, INT64. */
const integerTensor = (
  name: string,
  shape: readonly number[],
  rows: readonly Int32Array[],
  inputs: ModelBinding['inputs'],
): OutgoingTensor => {
  const wide = inputs.get(name) === 'INT64'
  const width = shape[1] ?? 0
  const words = rows.length * width * (wide ? 2 : 1)
  return {
    name,
    datatype: wide ? 'INT64' : 'INT32',
    shape,
    size: words * 4,
    // All tensors of ids are a multiple of four bytes long, and the first begins at one.
    write: (body, at) => {
      const target = new Int32Array(body.buffer, body.byteOffset + at, words)
      rows.forEach((row, i) =>
        wide ? fillWide(target, i * width * 2, row, width) : fill(target, i * width, row, width),
      )
    },
  }
}

const fill = (target: Int32Array, at: number, row: Int32Array, width: number): void => {
  target.set(row, at)
  target.fill(0, at + row.length, at + width)
}

/** Little-endian: the lower word of each number, then the upper one, which is 0. Eight at a time take half as long as one. */
const fillWide = (target: Int32Array, at: number, row: Int32Array, width: number): void => {
  target.fill(0, at, at + 2 * width)
  const eights = row.length & ~7
  let to = at
  for (let i = 0; i < eights; i += 8, to += 16) {
    target[to] = row[i] as number
    target[to + 2] = row[i + 1] as number
    target[to + 4] = row[i + 2] as number
    target[to + 6] = row[i + 3] as number
    target[to + 8] = row[i + 4] as number
    target[to + 10] = row[i + 5] as number
    target[to + 12] = row[i + 6] as number
    target[to + 14] = row[i + 7] as number
  }
  for (let i = eights; i < row.length; i++) target[at + 2 * i] = row[i] as number
}
