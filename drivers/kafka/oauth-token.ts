import { readFile } from 'node:fs/promises'
import type { Clock } from '../../topology/ports/clock.ts'

/** Where tokens of OAUTHBEARER come from. */
export type TokenSource =
  /** A file that something else keeps fresh, as Kubernetes does for service accounts. Read for every connection. */
  | { readonly kind: 'file'; readonly path: string }
  /** An endpoint of OAuth 2, asked with the client's own credentials. */
  | {
      readonly kind: 'endpoint'
      readonly url: string
      readonly clientId: string
      readonly clientSecret: string
      readonly scope?: string
    }

/** There is no token. `refused` does not pass by waiting. Never holds a token or a secret. */
export class TokenError extends Error {
  readonly refused: boolean

  constructor(message: string, refused: boolean) {
    super(message)
    this.name = 'TokenError'
    this.refused = refused
  }
}

const patienceMs = 10_000
/** A token is used for this share of its life: what is asked with it may take a while. */
const shareOfLife = 0.8
/** For endpoints that do not say how long a token lives, seconds. */
const assumedLife = 300

const readToken = async (path: string): Promise<string> => {
  try {
    const token = (await readFile(path, 'utf8')).trim()
    if (token !== '') return token
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new TokenError(`the token file ${path} cannot be read (${code})`, true)
  }
  throw new TokenError(`the token file ${path} is empty`, true)
}

interface Granted {
  readonly access_token?: unknown
  readonly expires_in?: unknown
}

const ask = async (source: Extract<TokenSource, { kind: 'endpoint' }>): Promise<Granted> => {
  const { url, clientId, clientSecret, scope } = source
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':')
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) })
  const headers = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
  const signal = AbortSignal.timeout(patienceMs)
  let answer: Response
  try {
    answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' })
  } catch {
    throw new TokenError(`the token endpoint ${url} does not answer`, false)
  }
  if (answer.ok) return (await answer.json().catch(() => ({}))) as Granted
  const refused = answer.status < 500 && answer.status !== 429
  const said = refused ? 'refuses; check client id, secret and scope' : 'has trouble'
  throw new TokenError(`the token endpoint ${url} ${said} (HTTP ${answer.status})`, refused)
}

/** Answers a token that can be used now; one of an endpoint is kept until it has lived for most of its time. */
export const createTokenProvider = (source: TokenSource, clock: Clock): (() => Promise<string>) => {
  if (source.kind === 'file') return () => readToken(source.path)
  let kept: { readonly token: string; readonly until: number } | undefined
  let asking: Promise<string> | undefined

  const fetchToken = async (): Promise<string> => {
    const { access_token: token, expires_in: seconds } = await ask(source)
    if (typeof token !== 'string')
      throw new TokenError(`the token endpoint ${source.url} answers without a token`, true)
    const life = typeof seconds === 'number' ? seconds : assumedLife
    kept = { token, until: clock.now() + life * 1_000 * shareOfLife }
    return token
  }

  return async () => {
    if (kept && clock.now() < kept.until) return kept.token
    asking ??= fetchToken().finally(() => (asking = undefined))
    return asking
  }
}
