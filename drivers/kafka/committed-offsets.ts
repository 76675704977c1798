import type { Clock } from '../../topology/ports/clock.ts'
import { rootOf } from './errors.ts'
import type { Broker } from './kafkajs.ts'
import type { Generation } from './membership.ts'
import type { fetchStableOffsets } from './wire/transaction-requests.ts'

export interface CommittedOffsetsOptions {
  readonly clock: Clock
  readonly coordinator: Pick<Broker, 'heartbeat' | 'offsetFetch'>
  readonly groupId: string
  readonly generation: Pick<Generation, 'id' | 'memberId'>
  readonly topics: Parameters<Broker['offsetFetch']>[0]['topics']
  /** Given with transactions: waits until all that could still change an offset have ended. */
  readonly fetchStable: typeof fetchStableOffsets | undefined
}

/** Longest that offsets are waited for: 30 s. What ends a transaction takes milliseconds. */
const unstableWaitMs = 20
const unstableTries = 1_500

/**
 * What the group has committed. A coordinator of Kafka 4 may answer before it has loaded its group, with offsets as old as
 * what it has read so far, or with none. Then it does not know this generation yet, whose record is among the last: it is
 * asked for it before and after. Throws what says that it does not.
 */
export const committedOffsets = async (
  options: CommittedOffsetsOptions,
): ReturnType<typeof fetchStableOffsets> => {
  await assertKnown(options)
  const found = await fetch(options)
  await assertKnown(options)
  return found
}

const assertKnown = async (options: CommittedOffsetsOptions): Promise<void> => {
  const { coordinator, groupId, generation } = options
  const { id: groupGenerationId, memberId } = generation
  try {
    await coordinator.heartbeat({ groupId, memberId, groupGenerationId })
  } catch (error) {
    // Who is told of a rebalance is known.
    if (rootOf(error).type !== 'REBALANCE_IN_PROGRESS') throw error
  }
}

const fetch = async (options: CommittedOffsetsOptions): ReturnType<typeof fetchStableOffsets> => {
  const { clock, coordinator, groupId, topics, fetchStable } = options
  if (!fetchStable) return (await coordinator.offsetFetch({ groupId, topics })).responses
  for (let tries = 1; ; tries++) {
    try {
      return await fetchStable(coordinator as Broker, groupId, topics)
    } catch (error) {
      if (rootOf(error).type !== 'UNSTABLE_OFFSET_COMMIT' || tries === unstableTries) throw error
      await new Promise<void>((resolve) => void clock.after(unstableWaitMs, resolve))
    }
  }
}
