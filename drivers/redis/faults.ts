import { Fault } from '../../topology/model/failure.ts'

/** What an error code of Redis means here, and what to do about it. */
const advice: Readonly<Record<string, string>> = {
  OOM: 'its memory is full; give it more, or let it evict (maxmemory-policy)',
  READONLY: 'it is a replica, which takes no writes; give the address of the primary',
  LOADING: 'it is loading its data',
  MASTERDOWN: 'its primary is away',
  MISCONF: 'it cannot write to its disk and takes no writes',
  NOREPLICAS: 'it has too few replicas and takes no writes',
  NOAUTH: 'it wants a password; give one, redis.credentials',
  WRONGPASS: 'user or password are wrong; correct them',
  NOPERM:
    'the user may not do this; grant it get, mget, set, getrange, eval, evalsha and info on the prefix',
  MOVED: 'it is a node of a cluster, which is not supported; give the address of a single server',
  CROSSSLOT: 'it is a cluster, which is not supported; give the address of a single server',
}

const codeOf = (error: Error): string => {
  if ('code' in error && typeof error.code === 'string') return error.code
  return /^[A-Z]{2,}/.exec(error.message)?.[0] ?? ''
}

/**
 * Everything that a Redis does not do is a dependency that is down: callers go on without it. Says the code only, as the
 * text of an error may quote arguments.
 */
export const asRedisFault = (error: unknown, url: string): unknown => {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError)
    return error
  const where = `Redis at ${new URL(url).host}`
  return new Fault('dependency-down', 'cache', `${where}: ${explained(error)}`)
}

const isCertificateProblem = (code: string): boolean =>
  /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)

const explained = (error: Error): string => {
  const code = codeOf(error)
  if (advice[code] !== undefined) return advice[code]
  if (code === 'ERR')
    return 'it does not do what is asked of it (ERR); it must be Redis 7 or newer, or Valkey'
  if (error.message === 'Command timed out') return 'it does not answer in time'
  if (isCertificateProblem(code))
    return `its certificate is not trusted (${code}); correct redis.caFile or redis.url`
  return code === '' ? 'it is away' : `it is away (${code})`
}
