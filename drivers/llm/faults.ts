import { z } from 'zod'
import { Fault } from '../../topology/model/failure.ts'
import { InferenceError, Overloaded } from '../../topology/ports/model-server.ts'
import { connectionProblemOf } from '../http/connection-problem.ts'
import { TimedOut, WrongLength } from '../http/exchange.ts'
import { ErrorInAnswer, MalformedAnswer } from './chat-answer.ts'

type Failed = Fault | InferenceError

const transient = (message: string, cause?: unknown): Fault =>
  new Fault('transient', 'model-server', message, cause)
const down = (message: string, cause?: unknown): Fault =>
  new Fault('dependency-down', 'model-server', message, cause)

/** An answer with another status than 200. */
export interface Refusal {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly json: string
}

/** Means, in the terms of the port, of a status other than 200. Servers repeat what they were sent: their text is never shown. */
export const failedByStatus = (where: string, { status, retryAfter, json }: Refusal): Failed => {
  const said = saidIn(json)
  const message = `${where} answered ${status}${said.label}`
  if (status === 401 || status === 403) return down(`${message}; check llm.credentials`)
  if (status === 404) return down(`${message}; check llm.url and llm.model`)
  if (status === 429 || (status === 503 && retryAfter !== undefined))
    return new Overloaded(message + (retryAfter === undefined ? '' : '; it asks for a pause'))
  if ([408, 409, 425, 502, 503, 504].includes(status)) return transient(message)
  if (status >= 500) return new InferenceError('failed', message)
  if (status >= 400) {
    if (!said.tooLong) return new InferenceError('invalid', message)
    return new InferenceError('too-long', `${message}: it does not fit; lower llm.inputTokens`)
  }
  return down(`${message}; check llm.url`)
}

/** Means that there was no answer, or none that can be read. */
export const failedByError = (where: string, error: unknown): Failed => {
  if (error instanceof Fault || error instanceof InferenceError) return error
  if (error instanceof ErrorInAnswer) return failedByBody(where, error.body)
  if (error instanceof MalformedAnswer || error instanceof WrongLength || error instanceof TimedOut)
    return transient(`${where}: ${error.message}`, error)
  const { kind, code } = connectionProblemOf(error)
  if (kind === 'unreached')
    return down(`${where} cannot be reached (${code}); is it running? check llm.url`, error)
  if (kind === 'untrusted')
    return down(
      `${where} is not trusted, or does not speak TLS (${code}); check llm.caFile and llm.url`,
      error,
    )
  return transient(`${where} broke the connection (${code})`, error)
}

/** An error in an answer of 200 means what the status in it would, and without one what 500 would. */
const failedByBody = (where: string, body: unknown): Failed => {
  const code = z.object({ error: z.object({ code: z.int().min(400).max(599) }) }).safeParse(body)
  const status = code.success ? code.data.error.code : 500
  return failedByStatus(`${where}: in an answer of 200,`, {
    status,
    retryAfter: undefined,
    json: JSON.stringify(body),
  })
}

const errorObject = z.object({
  error: z.object({ message: z.unknown(), type: z.unknown(), code: z.unknown() }).partial(),
})

/** What can be told of an error without its text: words of its type and code, and whether it is about the length. */
const saidIn = (json: string): { readonly label: string; readonly tooLong: boolean } => {
  let body: unknown
  try {
    body = JSON.parse(json)
  } catch {
    return { label: '', tooLong: false }
  }
  const read = errorObject.safeParse(body)
  if (!read.success) return { label: '', tooLong: false }
  const { message, type, code } = read.data.error
  const names = [type, code].filter(
    (each) => typeof each === 'string' && /^[a-z][a-z0-9_.-]{0,63}$/i.test(each),
  )
  return {
    label: names.length === 0 ? '' : ` (${names.join(', ')})`,
    tooLong: typeof message === 'string' && /context|too long|maximum.*tokens/i.test(message),
  }
}

/** Milliseconds for which a server asks to be left alone: seconds, or a date. 0 where it says nothing that can be read. */
export const pauseMs = (retryAfter: string | undefined, now: number): number => {
  if (retryAfter === undefined) return 0
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - now
  return Number.isFinite(ms) ? Math.max(ms, 0) : 0
}
