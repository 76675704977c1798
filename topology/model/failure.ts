import type { Disposition } from '../../schemas/generated/types.ts'

/**
 * Why a record cannot be taken, as data. `message` says what happened and what to do about it, in at most 1 KiB, and
 * never holds document text, names, addresses or other personal data.
 */
export interface Failure {
  /** Decides what an operator can do about it. */
  readonly disposition: Disposition
  /** From the closed list of the component, kebab-case: `too-many-parts`, `uri-not-allowed`. */
  readonly code: string
  readonly message: string
  /**
   * Sets failures of one code apart where something else would have to be done about them: a media type, where the format is
   * what failed. From a closed list or found by content, never a value of the document. Part of the fingerprint.
   */
  readonly variant?: string
  /** Id of the item, where only a part of the record failed. */
  readonly itemId?: string
}

/**
 * What a thrown fault means to the runtime:
 * - `transient`: worth trying again soon, with back-off;
 * - `dependency-down`: everything that needs this dependency will fail; the breaker opens and the sources pause;
 * - `fatal`: the process must not go on (a full disk, a lost lock); it stops and nothing is committed.
 */
export type FaultKind = 'transient' | 'dependency-down' | 'fatal'

/** Thrown when the world, not the record, is at fault. Anything else that is thrown counts as a bug of the stage. */
export class Fault extends Error {
  readonly kind: FaultKind
  /** Which dependency, for the breaker and the operator: `object-store`, `model-server`, `vector-index`, `record-log`. */
  readonly dependency: string

  constructor(kind: FaultKind, dependency: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'Fault'
    this.kind = kind
    this.dependency = dependency
  }
}

/**
 * Thrown by a stage, or by the stream it forwards, to dead-letter the record from where returning is awkward. Means the
 * same as returning `deadLetter(failure)`.
 */
export class Rejected extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'Rejected'
    this.failure = failure
  }
}
