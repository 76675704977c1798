import type { Failure } from '../model/failure.ts'
import type { StagedFailure } from './in-flight.ts'

/** The failure of a record whose bytes cannot be read. */
export const undecodable: Failure = {
  disposition: 'UNDECODABLE',
  code: 'undecodable',
  message: 'the bytes are not a record of the schema of this topic; look at who produced it',
}

/** The same before any stage. */
export const unread: StagedFailure = {
  stage: '',
  stageVersion: 0,
  attempt: 1,
  firstFailedAt: 0,
  failure: undecodable,
}
