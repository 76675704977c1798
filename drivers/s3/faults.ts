import { Fault } from '../../topology/model/failure.ts'
import { S3BadAnswer, S3Changed, S3Damaged, S3Refusal, S3Silence } from './answers.ts'

/** What a message may say of the place: never more than what is in the configuration, and no secret. */
export interface S3Place {
  readonly endpoint: string
  readonly bucket: string
  /** `object-store` or `source-store`, for the breaker. */
  readonly dependency: string
}

const passing = new Set([408, 409, 429, 499, 500, 502, 503, 504, 520])
const passingCodes = new Set([
  'BadDigest',
  'IncompleteBody',
  'InternalError',
  'InvalidDigest',
  'OperationAborted',
  'ConditionalRequestConflict',
  'RequestTimeout',
  'SlowDown',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
])
const lasting = new Set(['XMinioStorageFull', 'QuotaExceeded', 'XMinioAdminBucketQuotaExceeded'])

/** Errors of the connection that mean a store which is not there, rather than one that stumbled. */
const away = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'])

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const isCertificateProblem = (code: string): boolean =>
  /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)

/** Of the system's sockets, of Node's parser of answers, of streams. */
const isConnectionProblem = (code: string): boolean =>
  /^(?:E[A-Z]+(?:_[A-Z]+)?|HPE_\w+)$/.test(code) && !code.startsWith('ERR_')

/** Whether another attempt may bring something else. */
export const isPassing = (error: unknown): boolean => {
  if (error instanceof S3Refusal) {
    if (error.html || lasting.has(error.code)) return false
    return passing.has(error.status) || passingCodes.has(error.code)
  }
  if (error instanceof S3Silence || error instanceof S3BadAnswer) return true
  return isConnectionProblem(codeOf(error))
}

const minutes = (ms: number): string => `${Math.round(Math.abs(ms) / 60_000)} min`

/** What an error code of S3 means here, and what to do about it. */
const explained = (
  refusal: S3Refusal,
  now: number,
): readonly [kind: 'dependency-down' | 'fatal', message: string] | undefined => {
  switch (refusal.code) {
    case 'NoSuchBucket':
      return ['dependency-down', 'there is no such bucket; make it, or correct the bucket']
    case 'AccessDenied':
    case 'AllAccessDisabled':
      return [
        'dependency-down',
        'access is denied; let the user read, write, delete and list in this bucket',
      ]
    case 'InvalidAccessKeyId':
    case 'XAdminUserNotFound':
    case 'SignatureDoesNotMatch':
    case 'InvalidSecurity':
      return ['fatal', 'the credentials are wrong; correct the access key and the secret key']
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'InvalidToken':
    case 'InvalidClientTokenId':
      return ['fatal', 'the credentials have expired; give new ones and start again']
    case 'RequestTimeTooSkewed': {
      const skew = refusal.storeTime === undefined ? undefined : now - refusal.storeTime
      const by =
        skew === undefined
          ? ''
          : ` by ${minutes(skew)}, this one being ${skew > 0 ? 'ahead' : 'behind'}`
      return [
        'dependency-down',
        `the clocks of the store and of this machine differ${by}; set them`,
      ]
    }
    case 'XMinioStorageFull':
    case 'QuotaExceeded':
    case 'XMinioAdminBucketQuotaExceeded':
      return ['dependency-down', 'there is no space left in the store; make room']
    case 'AuthorizationHeaderMalformed':
    case 'PermanentRedirect':
    case 'IllegalLocationConstraintException': {
      const region = refusal.region === undefined ? '' : `, which is ${refusal.region}`
      return ['dependency-down', `the bucket is in another region; set its region${region}`]
    }
    default:
      return undefined
  }
}

const redirects = new Set([301, 302, 303, 307, 308])

const explainedByStatus = (refusal: S3Refusal): string => {
  if (refusal.html)
    return `a web page answers (status ${refusal.status}), not an object store; correct the endpoint`
  if (redirects.has(refusal.status))
    return `it redirects elsewhere (status ${refusal.status}), which is not followed; correct endpoint and region`
  if (refusal.status === 507) return 'there is no space left in the store; make room'
  return `it answers ${refusal.message}`
}

/** A fault of the world as the runtime knows them; other errors, which are bugs, come back as they are. */
export const asS3Fault = (error: unknown, place: S3Place, now: number): unknown => {
  const { endpoint, bucket, dependency } = place
  const where = `bucket ${bucket} at ${endpoint}`
  const fault = (kind: Fault['kind'], message: string): Fault =>
    new Fault(kind, dependency, `${where}: ${message}`, error)

  if (error instanceof S3Refusal) {
    const known = error.html ? undefined : explained(error, now)
    if (known) return fault(...known)
    return fault(isPassing(error) ? 'transient' : 'dependency-down', explainedByStatus(error))
  }
  if (error instanceof S3Silence || error instanceof S3BadAnswer || error instanceof S3Changed)
    return fault('transient', error.message)
  if (error instanceof S3Damaged) return fault('dependency-down', error.message)
  const code = codeOf(error)
  if (!isConnectionProblem(code) && !isCertificateProblem(code)) return error
  if (isCertificateProblem(code))
    return fault('dependency-down', `its certificate is not trusted (${code}); correct the CA file`)
  return away.has(code)
    ? fault(
        'dependency-down',
        `the store does not answer (${code}); start it, or correct the endpoint`,
      )
    : fault('transient', `the connection failed (${code})`)
}
