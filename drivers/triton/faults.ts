import { Fault } from '../../topology/model/failure.ts'
import { InferenceError, Overloaded } from '../../topology/ports/model-server.ts'
import { connectionProblemOf } from '../http/connection-problem.ts'
import { TimedOut, WrongLength } from '../http/exchange.ts'
import { MalformedResponse } from './decode-response.ts'

/** What went wrong with one attempt, in the terms of the port, and whether another one may go better. */
export interface Failed {
  readonly error: Fault | InferenceError
  /**
   * `again`: at once, at another endpoint where there is one; the endpoint is passed over for a while. `elsewhere`: the same,
   * but not at this endpoint. `no`: every endpoint would say the same.
   */
  readonly retry: 'again' | 'elsewhere' | 'no'
}

const fault = (kind: 'transient' | 'dependency-down', message: string, cause?: unknown): Fault =>
  new Fault(kind, 'model-server', message, cause)

const again = (error: Failed['error']): Failed => ({ error, retry: 'again' })
const elsewhere = (error: Failed['error']): Failed => ({ error, retry: 'elsewhere' })
const never = (error: Failed['error']): Failed => ({ error, retry: 'no' })

/**
 * What a status other than 200 means. The status alone does not tell: Triton answers 400 to what was cancelled and to models
 * that are not ready, and 500 to requests that are wrong.
 */
export const failedByStatus = (
  where: string,
  status: number,
  said: string,
  retryAfter?: string,
): Failed => {
  const text = said.toLowerCase()
  const message = `${where} answered ${status}: ${shortened(said)}`
  if (status === 401 || status === 403)
    return never(fault('dependency-down', `${message}; check triton.credentials`))
  if (isOverload(status, text)) {
    const wait = retryAfter === undefined ? '' : `; it asks for a pause of ${retryAfter} s`
    return elsewhere(new Overloaded(`${message}${wait}`))
  }
  if (status === 404 || status === 501 || isNotLoaded(text))
    return elsewhere(fault('dependency-down', message))
  if (status === 502 || status === 503 || status === 504 || status === 408)
    return again(fault('transient', message))
  if (text.includes('cancel')) return again(fault('transient', message))
  // Its process is gone, and stays so until somebody loads the model again.
  if (text.includes('stub process')) return elsewhere(fault('dependency-down', message))
  return never(new InferenceError(status < 500 ? 'invalid' : 'failed', message))
}

const isOverload = (status: number, text: string): boolean =>
  status === 429 ||
  text.includes('exceeds maximum queue size') ||
  text.includes('request timeout expired')

const isNotLoaded = (text: string): boolean =>
  text.includes('unknown model') ||
  text.includes('is not ready') ||
  text.includes('not found') ||
  text.includes('has no available versions')

/** What it means that there was no answer, or not a whole one. */
export const failedByError = (where: string, error: unknown): Failed => {
  if (error instanceof MalformedResponse) {
    if (error.said !== undefined) return failedByStatus(where, 500, error.said)
    return again(fault('transient', `${where}: ${error.message}`, error))
  }
  // A server that does not answer in time would not answer the next one either, and that one takes as long.
  if (error instanceof TimedOut)
    return elsewhere(fault('transient', `${where}: ${error.message}`, error))
  if (error instanceof WrongLength)
    return again(fault('transient', `${where}: ${error.message}`, error))
  const { kind, code } = connectionProblemOf(error)
  if (kind === 'unreached')
    return again(fault('dependency-down', `${where} cannot be reached (${code})`, error))
  if (kind === 'untrusted') {
    const message = `${where} is not trusted, or does not speak TLS (${code}); check triton.caFile and the URL`
    return elsewhere(fault('dependency-down', message, error))
  }
  return again(fault('transient', `${where} broke the connection (${code})`, error))
}

/** Servers may repeat what they were sent: only the start is kept, without line breaks. */
const shortened = (said: string): string => {
  const line = said.replaceAll(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
