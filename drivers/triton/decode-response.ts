import { z } from 'zod'
import { elementsOf, ELEMENT_BYTES, isDataType, numbersTensor, textsTensor } from './tensor.ts'
import type { DataType, Tensor } from './tensor.ts'

/** What a server answered to an inference. */
export interface DecodedResponse {
  readonly model: string
  readonly version: string
  readonly id: string | undefined
  readonly outputs: ReadonlyMap<string, Tensor>
}

/** Thrown when an answer is not what the protocol says. `said` is the server's own word where it sent an error. */
export class MalformedResponse extends Error {
  readonly said: string | undefined

  constructor(message: string, said?: string) {
    super(message)
    this.name = 'MalformedResponse'
    this.said = said
  }
}

const output = z.object({
  name: z.string(),
  datatype: z.custom<DataType>(isDataType),
  shape: z.array(z.int().min(0)),
  parameters: z.object({ binary_data_size: z.int().min(0).optional() }).optional(),
  data: z.array(z.unknown()).optional(),
})

const header = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(output),
})

/** Takes an answer apart. The tensors share the memory of `binary`, which follows the JSON. Throws {@link MalformedResponse}. */
export const decodeResponse = (json: string, binary: Uint8Array): DecodedResponse => {
  const { model_name: model, model_version: version, id, outputs } = readHeader(json)
  let at = 0
  const tensors = outputs.map((each): readonly [string, Tensor] => {
    const size = each.parameters?.binary_data_size
    if (size === undefined) return [each.name, tensorOfJson(each)]
    const bytes = binary.subarray(at, at + size)
    at += size
    return [each.name, checked({ ...each, bytes }, size)]
  })
  if (at !== binary.byteLength)
    throw new MalformedResponse(`${binary.byteLength} bytes of tensors, but ${at} were announced`)
  return { model, version, id, outputs: new Map(tensors) }
}

const readHeader = (json: string): z.output<typeof header> => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new MalformedResponse('the answer does not begin with JSON')
  }
  const error = errorOf(value)
  if (error !== undefined) throw new MalformedResponse('an error instead of a result', error)
  const read = header.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new MalformedResponse(`the JSON of the answer lacks ${issue?.path.join('.') ?? 'all'}`)
}

/** What a server says in `{"error": …}`, whatever its status. */
export const errorOf = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || !('error' in value)) return undefined
  return typeof value.error === 'string' ? value.error : JSON.stringify(value.error)
}

const checked = (tensor: Tensor, size: number): Tensor => {
  const { name, datatype, shape, bytes } = tensor
  const expected = elementsOf(shape) * ELEMENT_BYTES[datatype]
  if (bytes.byteLength !== size || (datatype !== 'BYTES' && expected !== size))
    throw new MalformedResponse(
      `${name} is ${datatype} [${shape.join(', ')}] of ${size} bytes, and ${bytes.byteLength} came`,
    )
  return tensor
}

/** An output that the server would not send in binary. */
const tensorOfJson = ({ name, datatype, shape, data = [] }: z.output<typeof output>): Tensor => {
  const flat = data.flat(Infinity)
  if (flat.length !== elementsOf(shape))
    throw new MalformedResponse(
      `${name} has ${flat.length} elements for the shape [${shape.join(', ')}]`,
    )
  switch (datatype) {
    case 'BYTES':
      return textsTensor(name, shape, flat.map(String))
    case 'FP32':
      return numbersTensor(name, datatype, shape, Float32Array.from(flat, Number))
    case 'FP64':
      return numbersTensor(name, datatype, shape, Float64Array.from(flat, Number))
    case 'INT32':
      return numbersTensor(name, datatype, shape, Int32Array.from(flat, Number))
    case 'BOOL':
      return numbersTensor(name, datatype, shape, Uint8Array.from(flat, Number))
    default:
      throw new MalformedResponse(`${name} came as JSON, in which ${datatype} is not read`)
  }
}
