import type { IncomingMessage } from 'node:http'
import { createModelComputer } from '../../../drivers/embedded/model-server/compute.ts'
import {
  elementsOfBytes,
  ELEMENT_BYTES,
  integersOf,
  isDataType,
  numbersTensor,
  textsTensor,
} from '../../../drivers/triton/tensor.ts'
import { LEXICON_MODEL, lexiconOutputs } from './scripted-names.ts'
import type { Tensor } from '../../../drivers/triton/tensor.ts'

/** Answered with 400 and this message. */
export class BadRequest extends Error {}

/** A model as its metadata and its configuration tell of it. */
export interface ScriptedModel {
  versions: string[]
  metadata: { inputs: unknown[]; outputs: unknown[] }
  config: { max_batch_size: number; parameters: Record<string, { string_value: string }> }
}

const text = { name: 'text', datatype: 'BYTES', shape: [-1, 1] }
const computer = createModelComputer()

/** The embedded models as a server has them. */
export const modelsOf = (): Map<string, ScriptedModel> =>
  new Map(
    computer.models.map(({ name, task, labels, dimensions }): [string, ScriptedModel] => [
      name,
      {
        versions: ['1'],
        metadata: {
          inputs:
            task === 'summarise'
              ? [text, { name: 'max_tokens', datatype: 'INT32', shape: [-1, 1] }]
              : [text],
          outputs:
            task === 'summarise'
              ? ['summary:BYTES', 'tokens_in:INT32', 'tokens_out:INT32', 'truncated:BOOL'].map(
                  (each) => {
                    const [of, datatype] = each.split(':')
                    return { name: of, datatype, shape: [-1, 1] }
                  },
                )
              : [
                  {
                    name: task === 'embed' ? 'embedding' : 'scores',
                    datatype: 'FP32',
                    shape: [-1, dimensions ?? labels?.length ?? 0],
                  },
                ],
        },
        config: {
          max_batch_size: 128,
          parameters: {
            task: { string_value: task },
            ...(labels && { labels: { string_value: labels.join(' ') } }),
          },
        },
      },
    ]),
  )

/** A request of inference, refused where Triton would refuse it. */
export const parseInference = (request: IncomingMessage, body: Buffer) => {
  if (request.headers['content-length'] === undefined) throw new BadRequest('no Content-Length')
  const said = request.headers['inference-header-content-length']
  const length = Number(said)
  if (!(length >= 0 && length <= body.length))
    throw new BadRequest(`Unable to parse ${String(said)}`)
  const header = JSON.parse(body.subarray(0, length).toString()) as Record<string, unknown> & {
    inputs: {
      name: string
      datatype: string
      shape: number[]
      parameters: { binary_data_size: number }
    }[]
  }
  let at = length
  const inputs = header.inputs.map(({ name, datatype, shape, parameters }): Tensor => {
    if (!isDataType(datatype)) throw new BadRequest(`unknown type ${datatype}`)
    const size = parameters.binary_data_size
    const elements = shape.reduce((product, each) => product * each, 1)
    const bytes = body.subarray(at, at + size)
    if (
      bytes.length !== size ||
      (datatype !== 'BYTES' && size !== elements * ELEMENT_BYTES[datatype])
    )
      throw new BadRequest(`unexpected size for input '${name}'`)
    at += size
    return { name, datatype, shape, bytes }
  })
  if (at !== body.length) throw new BadRequest('unexpected additional input data')
  return { header, inputs }
}

export const textsOf = (inputs: readonly Tensor[]): readonly string[] => {
  const tensor = inputs.find(({ name }) => name === 'text')
  if (!tensor) return []
  const elements = elementsOfBytes(tensor)
  if (!elements) throw new BadRequest("unexpected number of string elements for input 'text'")
  return elements.map(String)
}

/** What the embedded model of this name answers, as tensors. */
export const outputsOf = (
  { name: model, version }: { readonly name: string; readonly version: string },
  texts: readonly string[],
  inputs: readonly Tensor[],
): readonly Tensor[] => {
  if (model === LEXICON_MODEL) return lexiconOutputs(inputs)
  const limits = inputs.find(({ name }) => name === 'max_tokens')
  const maxTokens = limits && integersOf(limits)?.[0]
  const request = { model, version, inputs: texts.map((each) => ({ text: each })) }
  const computed = computer.compute({ ...request, ...(maxTokens !== undefined && { maxTokens }) })
  if (computed.kind !== 'answer') throw new BadRequest(computed.message)
  const { response } = computed
  switch (response.kind) {
    case 'vectors':
      return [
        numbersTensor('embedding', 'FP32', [texts.length, response.dimensions], response.values),
      ]
    case 'scores':
      return [
        numbersTensor('scores', 'FP32', [texts.length, response.labels.length], response.values),
      ]
    case 'token-scores':
      throw new BadRequest('no embedded model finds names')
    case 'texts': {
      const shape = [texts.length, 1]
      const of = response.texts
      return [
        textsTensor(
          'summary',
          shape,
          of.map((each) => each.text),
        ),
        numbersTensor(
          'tokens_in',
          'INT32',
          shape,
          Int32Array.from(of, (each) => each.tokensIn),
        ),
        numbersTensor(
          'tokens_out',
          'INT32',
          shape,
          Int32Array.from(of, (each) => each.tokensOut),
        ),
        numbersTensor(
          'truncated',
          'BOOL',
          shape,
          Uint8Array.from(of, (each) => Number(each.truncated)),
        ),
      ]
    }
  }
}
