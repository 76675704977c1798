import type { InferenceRequest } from '../../topology/ports/model-server.ts'
import type { Random } from '../../topology/ports/random.ts'

/** Ids and trace contexts of requests: of the caller's trace where it has one. */
export const createRequestIds = (random: Random) => {
  const eight = (): string =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  const hex = (digits: number): string => {
    let all = ''
    while (all.length < digits) all += eight()
    return all.slice(0, digits)
  }
  return ({ traceparent }: InferenceRequest) => {
    const id = hex(16)
    // The span of a request is named as the request, so that one leads to the other. An id of zeros would be no id.
    const span = /^0+$/.test(id) ? `${id.slice(1)}1` : id
    const trace = traceparent?.split('-')[1] ?? `${hex(31)}1`
    const flags = traceparent?.split('-')[3] ?? '00'
    return { id: span, traceparent: `00-${trace}-${span}-${flags}` }
  }
}
