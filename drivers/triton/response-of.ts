import { Fault } from '../../topology/model/failure.ts'
import { InferenceError } from '../../topology/ports/model-server.ts'
import type {
  GeneratedText,
  InferenceResponse,
  ModelInfo,
  TokenScores,
} from '../../topology/ports/model-server.ts'
import type { DecodedResponse } from './decode-response.ts'
import type { ModelBinding } from './model-binding.ts'
import { elementsOfBytes, floatsOf, integersOf } from './tensor.ts'
import type { Tensor } from './tensor.ts'

/**
 * What a server answered, in the terms of the port. Throws a `Fault` when another model answered than was asked, and an
 * `InferenceError` when the answer does not fit the number of items.
 */
export const responseOf = (
  { model, version, outputs }: DecodedResponse,
  { info, outputs: wanted }: ModelBinding,
  items: number,
): InferenceResponse => {
  if (model !== info.name || version !== info.version)
    throw wrongModel(`${info.name}@${info.version} was asked, ${model}@${version} answered`)
  const tensors = wanted.map((name) => {
    const tensor = outputs.get(name)
    if (!tensor) throw wrongModel(`${model}@${version} gave no ${name}`)
    if (tensor.shape[0] !== items)
      throw new InferenceError('failed', `${tensor.shape[0]} rows of ${name} for ${items} items`)
    return tensor
  })
  const [first, ...others] = tensors as [Tensor, ...Tensor[]]
  switch (info.task) {
    case 'embed': {
      const dimensions = info.dimensions ?? first.shape[1] ?? 0
      return {
        kind: 'vectors',
        modelVersion: version,
        dimensions,
        values: numbersOf(first, dimensions),
      }
    }
    case 'classify': {
      const labels = info.labels ?? []
      return {
        kind: 'scores',
        modelVersion: version,
        labels,
        values: numbersOf(first, labels.length),
      }
    }
    case 'summarise':
      return { kind: 'texts', modelVersion: version, texts: textsOf(first, others) }
    case 'recognise':
      return { modelVersion: version, ...tokenScoresOf(first, info.labels ?? []) }
  }
}

const wrongModel = (message: string): Fault => new Fault('dependency-down', 'model-server', message)

const numbersOf = (tensor: Tensor, width: number): Float32Array => {
  const floats = floatsOf(tensor)
  if (!floats) throw wrongModel(`${tensor.name} is ${tensor.datatype}, not a kind of float`)
  if (tensor.shape.length !== 2 || tensor.shape[1] !== width)
    throw wrongModel(
      `${tensor.name} has the shape [${tensor.shape.join(', ')}]; rows of ${width} were announced`,
    )
  return floats
}

const tokenScoresOf = (tensor: Tensor, labels: readonly string[]): TokenScores => {
  const values = floatsOf(tensor)
  if (!values) throw wrongModel(`${tensor.name} is ${tensor.datatype}, not a kind of float`)
  const [, tokens = 0, width] = tensor.shape
  if (tensor.shape.length !== 3 || width !== labels.length)
    throw wrongModel(
      `${tensor.name} has the shape [${tensor.shape.join(', ')}]; ${labels.length} labels of each token were announced`,
    )
  return { kind: 'token-scores', tokens, labels, values }
}

const textsOf = (summary: Tensor, facts: readonly Tensor[]): readonly GeneratedText[] => {
  const texts = elementsOfBytes(summary)
  const [tokensIn, tokensOut, truncated] = facts.map((each) => integersOf(each))
  if (!texts || !tokensIn || !tokensOut || !truncated)
    throw wrongModel('summary, tokens_in, tokens_out or truncated are of other types than these')
  return texts.map((text, row) => ({
    text: text.toString(),
    tokensIn: tokensIn[row] ?? 0,
    tokensOut: tokensOut[row] ?? 0,
    truncated: truncated[row] === 1,
  }))
}

/** The answer to no items, for which no server is asked. */
export const emptyResponse = ({ task, version, dimensions = 0, labels = [] }: ModelInfo) => {
  const values = new Float32Array(0)
  const modelVersion = version
  switch (task) {
    case 'embed':
      return { kind: 'vectors', modelVersion, dimensions, values } as const
    case 'classify':
      return { kind: 'scores', modelVersion, labels, values } as const
    case 'summarise':
      return { kind: 'texts', modelVersion, texts: [] } as const
    case 'recognise':
      return { kind: 'token-scores', modelVersion, tokens: 0, labels, values } as const
  }
}
