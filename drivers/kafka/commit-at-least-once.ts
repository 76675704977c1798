import type { LogConsumer, LogTransaction } from '../../topology/ports/record-log.ts'
import { offsetTopics, type Committing } from './committing.ts'

/**
 * Outputs, then state, then offsets: after a crash in between the record comes again, and what it wrote is there. Who
 * has not been heard of for a while asks first whether it is still a member, and asks again when its records have waited
 * for their turn, so that a process that was frozen writes nothing.
 */
export const createAtLeastOnceCommit = ({
  group,
  names,
  produce,
  place,
  placeState,
  membership,
  state,
  standing,
}: Committing): LogConsumer['commit'] => {
  /** Outputs and state of these are durable: a commit that comes again only needs its offsets. */
  const written = new WeakSet<LogTransaction>()
  return async (transaction) => {
    const under = standing(transaction)
    if (!under) return 'fenced'
    if (!written.has(transaction)) {
      await membership.confirm(under.generation)
      const permit = (): Promise<void> | undefined => membership.permit(under.generation)
      await produce(await place(transaction.outputs), permit)
      if (transaction.state.length > 0)
        await produce(await placeState(group, transaction.state, state.headersOf), permit)
      written.add(transaction)
    }
    if (standing(transaction) !== under) return 'fenced'
    if (transaction.offsets.length > 0)
      await membership.commit(under.generation, offsetTopics(names, transaction))
    return 'committed'
  }
}
