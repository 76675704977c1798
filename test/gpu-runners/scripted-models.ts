import type {
  InferenceRequest,
  InferenceResponse,
  ModelServer,
} from '../../topology/ports/model-server.ts'

/** A model server that answers as the test says and remembers what it was asked. */
export interface ScriptedModels extends ModelServer {
  readonly requests: readonly InferenceRequest[]
}

export function scriptedModels(
  answer: (request: InferenceRequest, count: number) => InferenceResponse,
): ScriptedModels {
  const requests: InferenceRequest[] = []
  return {
    requests,
    models: () => Promise.resolve([]),
    infer: async (request) => {
      requests.push(request)
      await Promise.resolve()
      return answer(request, requests.length)
    },
    close: () => Promise.resolve(),
  }
}

/** Unit vectors of two dimensions: the first for short texts, the second for long ones. */
export function vectorsOf(request: InferenceRequest): InferenceResponse {
  const rows = request.inputs.flatMap(({ text = '' }) => (text.length < 20 ? [1, 0] : [0, 1]))
  return {
    kind: 'vectors',
    modelVersion: request.version,
    dimensions: 2,
    values: Float32Array.from(rows),
  }
}
