import { move, transferableSymbol, valueSymbol } from 'piscina'
import type { InferenceRequest, ModelInfo } from '../../../topology/ports/model-server.ts'
import { createModelComputer } from './compute.ts'
import type { Computed } from './compute.ts'

const computer = createModelComputer()

/** Answers one request; the numbers of the answer are moved to the asking thread, not copied. */
export function infer(request: InferenceRequest): unknown {
  const computed = computer.compute(request)
  const numbers = numbersOf(computed)
  return numbers
    ? move({ [transferableSymbol]: [numbers.buffer], [valueSymbol]: computed })
    : computed
}

/** What this thread has loaded. */
export function models(): readonly ModelInfo[] {
  return computer.models
}

function numbersOf(computed: Computed): Float32Array | undefined {
  if (computed.kind !== 'answer' || computed.response.kind === 'texts') return undefined
  return computed.response.values
}
