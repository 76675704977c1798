import type { Clock } from '../../topology/ports/clock.ts'
import { misfitOf, rootOf, runtimeFault } from './errors.ts'
import { dealOut, placesOf, protocolName, subscriptionOf } from './group-protocol.ts'
import type { Broker, Cluster } from './kafkajs.ts'
import { refresh, type Place } from './reader.ts'

/** What the group has given this member, until the next rebalance. */
export interface Generation {
  readonly id: number
  readonly memberId: string
  readonly places: readonly Place[]
}

export interface MembershipOptions {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  readonly rebalanceTimeoutMs: number
  readonly where: string
  readonly notice: (message: string) => void
  /** Makes a generation ready while it is `wanted`; what it throws makes the member join again. */
  readonly prepare: (
    generation: Generation,
    coordinator: Broker,
    wanted: () => boolean,
  ) => Promise<void>
  readonly onJoined: (generation: Generation) => void
  /** The group wants its members to let go and join again. They may commit until they do. */
  readonly onRebalance: () => void
  /** The group goes on without this member: nothing of its generation counts any more. */
  readonly onLost: () => void
  /** Joining cannot succeed. */
  readonly onFailure: (error: Error) => void
}

/** A member of a consumer group, by the classic protocol, that joins and lets go when it is told to. */
export interface Membership {
  /** Joins, or joins again with what it was; tries until it is in. */
  readonly join: () => void
  /** Throws `Lost` when the group goes on without this member. Answers when the coordinator has heard from it recently. */
  readonly confirm: (generation: Generation) => Promise<void>
  /** As `confirm`, but answers nothing when there is nothing to ask. */
  readonly permit: (generation: Generation) => Promise<void> | undefined
  /** Commits under a generation. Throws {@link Lost} when it is over. */
  readonly commit: (
    generation: Generation,
    topics: Parameters<Broker['offsetCommit']>[0]['topics'],
  ) => Promise<void>
  /** Asks the coordinator for something as a member of a generation, as {@link Membership.commit} does. */
  readonly ask: (
    generation: Generation,
    question: (coordinator: Broker, groupId: string) => Promise<void>,
  ) => Promise<void>
  readonly leave: () => Promise<void>
  /** Resolves when nothing is under way any more. */
  readonly ended: () => Promise<void>
}

/** The generation is over. */
export class Lost extends Error {}

const lostTypes: ReadonlySet<string> = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
  'REBALANCE_IN_PROGRESS',
])

/** Longest wait for a goodbye to be heard, milliseconds. */
const leaveWaitMs = 2_000
const longestBackoffMs = 2_000
/** What was just asked of the topics is not asked again, milliseconds. */
const newsMs = 1_000

/** For a cluster that has just looked at the topics. */
export const createMembership = (options: MembershipOptions): Membership => {
  const { cluster, clock, group, where, notice } = options
  let memberId = ''
  let current: Generation | undefined
  let lastHeard = 0
  let cancelBeat: () => void = () => undefined
  let left = false
  /** Only the latest attempt to join counts. */
  let attempt = 0
  const underWay = new Set<Promise<void>>()
  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  let known: Broker | undefined
  const coordinator = async (): Promise<Broker> => {
    if (!known?.isConnected()) known = await cluster.findGroupCoordinator({ groupId: group })
    return known
  }
  /** After an error the coordinator may be another broker. */
  const lookAgain = async (error: unknown): Promise<void> => {
    known = undefined
    await refresh(cluster, error).catch(() => undefined)
  }

  let lookedAt = clock.now()
  /** A leader deals out the partitions that there are. */
  const lookAtTopics = async (): Promise<void> => {
    if (clock.now() - lookedAt < newsMs) return
    await cluster.refreshMetadata()
    lookedAt = clock.now()
  }

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.after(ms, resolve))

  /** A timer that nobody waits for any more would keep the process from ending. */
  const atMost = async (ms: number, work: Promise<void>): Promise<void> => {
    let cancel: () => void = () => undefined
    const over = new Promise<void>((resolve) => void (cancel = clock.after(ms, resolve)))
    await Promise.race([work, over]).finally(cancel)
  }

  const forget = (): void => {
    current = undefined
    cancelBeat()
  }

  const beat = async (generation: Generation): Promise<void> => {
    const request = {
      groupId: group,
      memberId: generation.memberId,
      groupGenerationId: generation.id,
    }
    await (await coordinator()).heartbeat(request)
    lastHeard = clock.now()
  }

  /** Tells the owner once; goes on beating during a rebalance, so that the session lives until it has let go. */
  const keepBeating = (generation: Generation, told: boolean): void => {
    cancelBeat = clock.after(options.heartbeatMs, () => track(beatOnce(generation, told)))
  }

  const beatOnce = async (generation: Generation, told: boolean): Promise<void> => {
    let rebalancing = told
    try {
      await beat(generation)
    } catch (error) {
      if (current !== generation) return
      const { type } = rootOf(error)
      if (type === 'REBALANCE_IN_PROGRESS') {
        lastHeard = clock.now()
        if (!told) options.onRebalance()
        rebalancing = true
      } else if (type !== undefined && lostTypes.has(type)) lose(generation, type)
      else await lookAgain(error)
    }
    if (current === generation) keepBeating(generation, rebalancing)
  }

  const lose = (generation: Generation, type: string): void => {
    if (current !== generation) return
    forget()
    if (type === 'UNKNOWN_MEMBER_ID' || type === 'FENCED_INSTANCE_ID') memberId = ''
    options.onLost()
  }

  const joinOnce = async (mine: number): Promise<void> => {
    const { sessionTimeoutMs: sessionTimeout, rebalanceTimeoutMs: rebalanceTimeout } = options
    const broker = await coordinator()
    const groupProtocols = [{ name: protocolName, metadata: subscriptionOf(options.topics) }]
    const request = { groupId: group, memberId, sessionTimeout, rebalanceTimeout, groupProtocols }
    const joined = await broker.joinGroup(request)
    memberId = joined.memberId
    const leads = joined.memberId === joined.leaderId
    if (leads) await lookAtTopics()
    const { memberAssignment } = await broker.syncGroup({
      groupId: group,
      generationId: joined.generationId,
      memberId,
      groupAssignment: leads ? dealOut(joined.members, cluster) : [],
    })
    const generation = { id: joined.generationId, memberId, places: placesOf(memberAssignment) }
    if (left || mine !== attempt) return
    current = generation
    lastHeard = clock.now()
    keepBeating(generation, false)
    const wanted = (): boolean => current === generation
    await options.prepare(generation, broker, wanted)
    if (wanted()) options.onJoined(generation)
  }

  const joinUntilIn = async (): Promise<void> => {
    const mine = ++attempt
    forget()
    for (let failures = 0; !left && mine === attempt;) {
      try {
        return await joinOnce(mine)
      } catch (error) {
        if (left || mine !== attempt) return
        forget()
        const { type } = rootOf(error)
        if (type === 'UNKNOWN_MEMBER_ID') memberId = ''
        if (type !== undefined && lostTypes.has(type)) continue
        if (misfitOf(error) !== undefined) return options.onFailure(runtimeFault(error, where))
        failures += 1
        if (failures === 1) notice(runtimeFault(error, where).message)
        await lookAgain(error)
        await wait(Math.min(100 * 2 ** failures, longestBackoffMs))
      }
    }
  }

  const guarded = async (generation: Generation, ask: () => Promise<unknown>): Promise<void> => {
    try {
      await ask()
    } catch (error) {
      const { type } = rootOf(error)
      if (type !== undefined && lostTypes.has(type)) {
        // During a rebalance only those who have joined already are told so: their old generation is over.
        lose(generation, type)
        throw new Lost(type)
      }
      await lookAgain(error)
      // Whose producer was fenced, and why, is for the transaction to tell.
      throw type === 'INVALID_PRODUCER_EPOCH' ? error : runtimeFault(error, where)
    }
  }

  /** Whoever was heard in the future does not know how late it is: the time of day was set back. */
  const heardLately = (): boolean => {
    const ago = clock.now() - lastHeard
    return ago >= 0 && ago < options.sessionTimeoutMs / 2
  }

  const confirm = async (generation: Generation): Promise<void> => {
    if (current !== generation) throw new Lost('another generation')
    if (heardLately()) return
    try {
      await beat(generation)
    } catch (error) {
      if (rootOf(error).type !== 'REBALANCE_IN_PROGRESS')
        await guarded(generation, () => Promise.reject(error as Error))
    }
  }

  return {
    join: () => track(joinUntilIn()),
    confirm,
    permit: (generation) =>
      current === generation && heardLately() ? undefined : confirm(generation),
    commit: (generation, topics) =>
      guarded(generation, async () => {
        const of = {
          groupId: group,
          memberId: generation.memberId,
          groupGenerationId: generation.id,
        }
        await (await coordinator()).offsetCommit({ ...of, topics })
        lastHeard = clock.now()
      }),
    ask: (generation, question) =>
      guarded(generation, async () => question(await coordinator(), group)),
    leave: async () => {
      left = true
      forget()
      if (memberId !== '') await atMost(leaveWaitMs, sayGoodbye())
    },
    ended: async () => void (await Promise.allSettled(underWay)),
  }

  /** Who cannot say goodbye is missed when its session is over. */
  async function sayGoodbye(): Promise<void> {
    try {
      await (await coordinator()).leaveGroup({ groupId: group, memberId })
    } catch {
      // The others wait for the end of the session.
    }
  }
}
