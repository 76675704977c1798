import type { Failure } from '../model/failure.ts'

/** A bug: the message of the error stays out, as it could quote the document. */
export const bugFailure = (stage: string, error: unknown): Failure => ({
  disposition: 'BUG',
  code: 'bug',
  message: `${stage} threw ${error instanceof Error ? error.name : typeof error}${placeOf(error)}; this is a bug of the stage`,
})

/** Place in the code of the first stack frame: ` at file.ts:12`. */
const placeOf = (error: unknown): string => {
  const frame =
    error instanceof Error ? /\n\s+at .*?([\w.-]+:\d+):\d+\)?/.exec(error.stack ?? '') : null
  return frame ? ` at ${frame[1]}` : ''
}
