/** What the process answers its caller. docs/exit-codes.md says the same in words. */
export const exitCodes = {
  ok: 0,
  /** Something failed that is not listed below. */
  failed: 1,
  /** Unknown command or option. */
  usage: 2,
  /** The job ended, but not every published document is delivered, dropped or dead; or some input of `try` failed. */
  incomplete: 3,
  /** Kafka, the schema registry, the object store, the vector index, Triton or the server of the large language model cannot be reached, or is not as the topology needs it. */
  unavailable: 69,
  /** The disk is full or the data folder cannot be written. */
  storage: 74,
  /** Another process works on this data folder. */
  locked: 75,
  /** The configuration is wrong. */
  config: 78,
  /** Ended by Ctrl-C before all was done: `start` by the first, once it has drained; anything by the second, at once. */
  interrupted: 130,
} as const

/** An error that a command ends with: its message is for people, its code for callers. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}
