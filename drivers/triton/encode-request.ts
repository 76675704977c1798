import type { DataType, Tensor } from './tensor.ts'

/** A tensor that is written to its place in a request, so that large ones are not made first and copied then. */
export interface OutgoingTensor {
  readonly name: string
  readonly datatype: DataType
  readonly shape: readonly number[]
  readonly size: number
  /** Writes all `size` bytes to `body` from `at` on. */
  readonly write: (body: Buffer, at: number) => void
}

/** What `POST …/infer` is sent. */
export interface EncodedRequest {
  readonly body: Buffer
  /** Bytes of the JSON at its start, which the server is told in a header. */
  readonly headerLength: number
}

export const outgoing = ({ name, datatype, shape, bytes }: Tensor): OutgoingTensor => ({
  name,
  datatype,
  shape,
  size: bytes.byteLength,
  write: (body, at) => body.set(bytes, at),
})

/**
 * A request of the binary tensor extension: JSON, then the bytes of the inputs in their order. The JSON ends with as many
 * spaces as let the first input begin at a multiple of eight, where typed arrays can be laid over it.
 */
export const encodeRequest = (request: {
  readonly id: string
  readonly inputs: readonly OutgoingTensor[]
  /** Names of the outputs, all of which are asked for in binary. */
  readonly outputs: readonly string[]
  readonly parameters: Readonly<Record<string, number | string | boolean>>
  /** So many bytes that begin where typed arrays may; new ones when absent. */
  readonly memory?: (bytes: number) => Buffer
}): EncodedRequest => {
  const { id, inputs, outputs, parameters, memory = Buffer.allocUnsafeSlow } = request
  const json = JSON.stringify({
    id,
    parameters,
    inputs: inputs.map(({ name, datatype, shape, size }) => {
      return { name, datatype, shape, parameters: { binary_data_size: size } }
    }),
    outputs: outputs.map((name) => ({ name, parameters: { binary_data: true } })),
  })
  const jsonLength = Buffer.byteLength(json)
  const headerLength = Math.ceil(jsonLength / 8) * 8
  const total = inputs.reduce((sum, { size }) => sum + size, headerLength)
  const body = memory(total)
  body.write(json)
  body.fill(0x20, jsonLength, headerLength)
  let at = headerLength
  for (const { size, write } of inputs) {
    write(body, at)
    at += size
  }
  return { body, headerLength }
}
