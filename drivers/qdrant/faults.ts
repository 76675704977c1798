import { Fault } from '../../topology/model/failure.ts'
import { QdrantRefusal, QdrantSilence } from './answers.ts'

const passing = new Set([408, 425, 429, 500, 502, 503, 504])

/** Errors of the connection that mean a server which is not there, rather than one that stumbled. */
const away = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'])

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const isCertificateProblem = (code: string): boolean =>
  /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)

/** Of the system's sockets, of the client of HTTP, of the parser of answers. */
const isConnectionProblem = (code: string): boolean =>
  /^(?:E[A-Z]+(?:_[A-Z]+)?|UND_ERR_\w+|HPE_\w+)$/.test(code) && !code.startsWith('ERR_')

const isFull = (refusal: QdrantRefusal): boolean =>
  refusal.status === 507 ||
  /no space left|disk is full|not enough (?:disk )?space|out of disk/i.test(refusal.message)

/** Whether another attempt may bring something else. Every request of this driver may be made twice. */
export const isPassing = (error: unknown): boolean => {
  if (error instanceof QdrantSilence) return true
  if (error instanceof QdrantRefusal)
    return !error.html && !isFull(error) && passing.has(error.status)
  return isConnectionProblem(codeOf(error))
}

type Said = readonly [kind: Fault['kind'], message: string]

const explained = (refusal: QdrantRefusal): Said => {
  const { status, message } = refusal
  if (refusal.html)
    return ['dependency-down', `a web page answers (status ${status}), not Qdrant; correct the url`]
  if (isFull(refusal)) return ['dependency-down', 'there is no space left on its disk; make room']
  if (status === 401 || status === 403)
    return ['fatal', 'the API key is wrong, or may not write; correct it']
  if (status === 404 && message.includes("doesn't exist"))
    return [
      'dependency-down',
      `${message} An alias or a collection was removed: point the alias back at its collection, or run "archive-streams vectors rebuild"`,
    ]
  if (status === 429) return ['transient', 'it is asked too often and wants to be left alone']
  const kind = passing.has(status) ? 'transient' : 'dependency-down'
  return [kind, `it answers ${status}${message === '' ? '' : ` (${message})`}`]
}

/** A fault of the world as the runtime knows them; other errors, which are bugs, come back as they are. */
export const asQdrantFault = (error: unknown, url: string): unknown => {
  const fault = (kind: Fault['kind'], message: string): Fault =>
    new Fault(kind, 'vector-index', `Qdrant at ${url}: ${message}`, error)
  if (error instanceof QdrantRefusal) return fault(...explained(error))
  if (error instanceof QdrantSilence) return fault('transient', error.message)
  const code = codeOf(error)
  if (isCertificateProblem(code))
    return fault('dependency-down', `its certificate is not trusted (${code})`)
  if (!isConnectionProblem(code)) return error
  return away.has(code)
    ? fault('dependency-down', `it does not answer (${code}); start it, or correct the url`)
    : fault('transient', `the connection failed (${code})`)
}
