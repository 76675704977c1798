import type { Clock } from '../../topology/ports/clock.ts'
import type { LogConsumer } from '../../topology/ports/record-log.ts'
import { offsetTopics, type Committing } from './committing.ts'
import type { TransactionWork } from './transactional-producer.ts'
import type { Transactions } from './transactions.ts'
import { untilFree } from './until-free.ts'
import { txnOffsetCommit } from './wire/transaction-requests.ts'

export interface ExactlyOnceCommitting extends Committing {
  readonly clock: Clock
  readonly transactions: Transactions
  /** What finishes meanwhile goes into the next transaction, so a partition has at most one in so many milliseconds. */
  readonly lingerMs: number
}

/**
 * All of it in one transaction of the producer of its partition. The group refuses the offsets of whoever is no member of
 * the generation any more, and the brokers everything of a producer that another came after.
 */
export const createExactlyOnceCommit =
  ({
    clock,
    group,
    names,
    place,
    placeState,
    membership,
    state,
    standing,
    transactions,
    lingerMs,
  }: ExactlyOnceCommitting): LogConsumer['commit'] =>
  async (transaction) => {
    const [at, ...others] = transaction.offsets
    if (!at || others.length > 0)
      throw new RangeError('an exactly-once transaction names the offset of one partition')
    if (lingerMs > 0) await new Promise<void>((resolve) => void clock.after(lingerMs, resolve))
    const under = standing(transaction)
    if (!under) return 'fenced'
    const { generation } = under
    await membership.confirm(generation)
    const outputs = await place(transaction.outputs)
    const written = await placeState(group, transaction.state, state.headersOf)
    if (standing(transaction) !== under) return 'fenced'
    const { id: generationId, memberId } = generation
    const topics = offsetTopics(names, transaction)
    const sendOffsets: TransactionWork['sendOffsets'] = (producer) =>
      membership.ask(generation, (coordinator, groupId) =>
        untilFree(clock, () =>
          txnOffsetCommit(coordinator, { ...producer, groupId, generationId, memberId, topics }),
        ),
      )
    const work = { records: [...outputs, ...written], sendOffsets }
    const where = { topic: names.topic(at.topic), partition: at.partition }
    await transactions.commit(where, work, transaction)
    return 'committed'
  }
