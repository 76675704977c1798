import type { Failure } from '../model/failure.ts'

/** The failure of a record whose bytes cannot be read. */
export const undecodable: Failure = {
  disposition: 'UNDECODABLE',
  code: 'undecodable',
  message: 'the bytes are not a record of the schema of this topic; look at who produced it',
}
