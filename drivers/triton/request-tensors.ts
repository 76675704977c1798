import { InferenceError } from '../../topology/ports/model-server.ts'
import type { InferenceRequest, ModelInput } from '../../topology/ports/model-server.ts'
import type { ModelBinding } from './model-binding.ts'
import { numbersTensor, textsTensor } from './tensor.ts'
import type { Tensor } from './tensor.ts'

/** The inputs of a request as the model has them. Throws `InferenceError` for what the model does not read. */
export const requestTensors = (
  { inputs: items, maxTokens }: InferenceRequest,
  { info, inputs }: ModelBinding,
): readonly Tensor[] => {
  const read = info.input === 'ids' ? idTensors(items, inputs) : [textTensor(items)]
  if (maxTokens === undefined || !inputs.has('max_tokens')) return read
  const limits = new Int32Array(items.length).fill(maxTokens)
  return [...read, numbersTensor('max_tokens', 'INT32', [items.length, 1], limits)]
}

const textTensor = (items: readonly ModelInput[]): Tensor => {
  const texts = items.flatMap(({ text }) => text ?? [])
  if (texts.length < items.length)
    throw new InferenceError('invalid', 'the model reads text, and an input has none')
  return textsTensor('text', [items.length, 1], texts)
}

/** Ids padded to the longest, and of lengths, mask and types what the model has. */
const idTensors = (
  items: readonly ModelInput[],
  inputs: ModelBinding['inputs'],
): readonly Tensor[] => {
  const rows = items.flatMap(({ ids }) => ids ?? [])
  if (rows.length < items.length)
    throw new InferenceError('invalid', 'the model reads token ids, and an input has none')
  const width = rows.reduce((most, ids) => Math.max(most, ids.length), 0)
  const shape = [rows.length, width]
  const ids = new Int32Array(rows.length * width)
  rows.forEach((row, i) => ids.set(row, i * width))
  const tensors = [integerTensor('input_ids', shape, ids, inputs)]
  if (inputs.has('lengths')) {
    const lengths = Int32Array.from(rows, (row) => row.length)
    tensors.push(integerTensor('lengths', [rows.length, 1], lengths, inputs))
  }
  if (inputs.has('attention_mask')) {
    const mask = new Int32Array(ids.length)
    rows.forEach((row, i) => mask.fill(1, i * width, i * width + row.length))
    tensors.push(integerTensor('attention_mask', shape, mask, inputs))
  }
  if (inputs.has('token_type_ids'))
    tensors.push(integerTensor('token_type_ids', shape, new Int32Array(ids.length), inputs))
  return tensors
}

const integerTensor = (
  name: string,
  shape: readonly number[],
  values: Int32Array,
  inputs: ModelBinding['inputs'],
): Tensor => {
  if (inputs.get(name) !== 'INT64') return numbersTensor(name, 'INT32', shape, values)
  // Ids are not negative: the upper word of each is zero.
  const words = new Int32Array(values.length * 2)
  for (let i = 0; i < values.length; i++) words[i * 2] = values[i] as number
  return numbersTensor(name, 'INT64', shape, words)
}
