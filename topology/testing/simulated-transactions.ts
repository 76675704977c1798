import type { LogRecord } from '../ports/record-log.ts'
import type { TopicName } from '../model/record.ts'
import type { Clock } from '../ports/clock.ts'

/** What was written in a transaction; seen by nobody unless it is committed. */
export interface SimulatedTransaction {
  readonly id: string
  readonly epoch: number
  state: 'open' | 'committed' | 'aborted'
  readonly records: {
    readonly topic: TopicName
    readonly partition: number
    readonly record: LogRecord
  }[]
}

/** A bug of whoever writes or reads in transactions, planted to see that it is caught. */
export type TransactionFlaw =
  /** Whoever had a partition before goes on committing. */
  | 'fences-nobody'
  /** Offsets follow in a request of their own. */
  | 'commits-offsets-apart'
  /** What is not committed is read too. */
  | 'reads-uncommitted'
  /** What was written and not committed is left there, and becomes visible with the next commit. */
  | 'keeps-what-failed'

interface Producer {
  epoch: number
  open: SimulatedTransaction | undefined
}

/** Who may write under which transactional id, and what becomes of what was written. */
export class SimulatedTransactions {
  readonly #producers = new Map<string, Producer>()
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #flaw: TransactionFlaw | undefined
  readonly #onEnd: (transaction: SimulatedTransaction) => void

  constructor(
    clock: Clock,
    options: { readonly transactionMs: number; readonly flaw: TransactionFlaw | undefined },
    onEnd: (transaction: SimulatedTransaction) => void,
  ) {
    this.#clock = clock
    this.#timeoutMs = options.transactionMs
    this.#flaw = options.flaw
    this.#onEnd = onEnd
  }

  /** The id goes to a new producer: what the one before left open is given up. Answers the epoch to write under. */
  takeOver(id: string): number {
    const producer = this.#producerOf(id)
    if (this.#flaw === 'fences-nobody') return producer.epoch
    producer.epoch++
    if (producer.open) this.#end(producer, 'aborted')
    return producer.epoch
  }

  /** Undefined when another producer came after. What the same one had begun before is given up. */
  begin(id: string, epoch: number): SimulatedTransaction | undefined {
    const producer = this.#producerOf(id)
    if (producer.epoch !== epoch) return undefined
    if (producer.open) {
      if (this.#flaw === 'keeps-what-failed') return producer.open
      this.#end(producer, 'aborted')
    }
    const transaction: SimulatedTransaction = { id, epoch, state: 'open', records: [] }
    producer.open = transaction
    this.#clock.after(this.#timeoutMs, () => {
      if (transaction.state !== 'open') return
      producer.epoch++
      this.#end(producer, 'aborted')
    })
    return transaction
  }

  /** False when another producer came after: then nothing of it is visible. */
  commit(transaction: SimulatedTransaction): boolean {
    const producer = this.#producerOf(transaction.id)
    if (producer.epoch !== transaction.epoch || transaction.state !== 'open') return false
    this.#end(producer, 'committed', transaction)
    return true
  }

  abort(transaction: SimulatedTransaction): void {
    const producer = this.#producerOf(transaction.id)
    if (transaction.state === 'open') this.#end(producer, 'aborted', transaction)
  }

  #producerOf(id: string): Producer {
    const known = this.#producers.get(id)
    if (known) return known
    const producer = { epoch: 0, open: undefined }
    this.#producers.set(id, producer)
    return producer
  }

  #end(producer: Producer, state: 'committed' | 'aborted', transaction = producer.open): void {
    if (!transaction) return
    if (producer.open === transaction) producer.open = undefined
    transaction.state = state
    this.#onEnd(transaction)
  }
}
