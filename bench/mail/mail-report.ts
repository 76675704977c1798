/** What one stack says of one run over the mails, on the last line of its output, as JSON. The peers' scripts write the same. */
export interface MailReport {
  readonly mails: number
  readonly bytes: number
  readonly chunks: number
  readonly tokens: number
  /** Mails that the stack could not read. */
  readonly failed: number
  /** CPU of the process and its children from its start to the end of the first pass, imports and warming up included. */
  readonly coldSeconds: number
  /** CPU of the last pass. */
  readonly warmSeconds: number
}
