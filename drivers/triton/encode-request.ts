import type { Tensor } from './tensor.ts'

/** What `POST …/infer` is sent. */
export interface EncodedRequest {
  readonly body: Buffer
  /** Bytes of the JSON at its start, which the server is told in a header. */
  readonly headerLength: number
}

/** A request of the binary tensor extension: JSON, then the bytes of the inputs in their order. */
export const encodeRequest = (request: {
  readonly id: string
  readonly inputs: readonly Tensor[]
  /** Names of the outputs, all of which are asked for in binary. */
  readonly outputs: readonly string[]
  readonly parameters: Readonly<Record<string, number | string | boolean>>
}): EncodedRequest => {
  const { id, inputs, outputs, parameters } = request
  const header = Buffer.from(
    JSON.stringify({
      id,
      parameters,
      inputs: inputs.map(({ name, datatype, shape, bytes }) => {
        return { name, datatype, shape, parameters: { binary_data_size: bytes.byteLength } }
      }),
      outputs: outputs.map((name) => ({ name, parameters: { binary_data: true } })),
    }),
  )
  const headerLength = header.length
  return { body: Buffer.concat([header, ...inputs.map(({ bytes }) => bytes)]), headerLength }
}
