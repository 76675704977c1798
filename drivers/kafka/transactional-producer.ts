import type { PlacedRecord } from './batching-producer.ts'
import { misfitOf, rootOf, runtimeFault } from './errors.ts'
import type { Broker } from './kafkajs.ts'
import { Lost } from './membership.ts'
import { isStale, refresh } from './reader.ts'
import { untilFree } from './until-free.ts'
import { ProduceRequests, type ProduceRequestsOptions } from './produce-requests.ts'
import { initProducerId, type ProducerIdentity } from './wire/transaction-requests.ts'

/** Another producer of the same transactional id came after this one, or the brokers gave its transaction up. */
export class Fenced extends Error {}

export interface TransactionalProducerOptions extends ProduceRequestsOptions {
  readonly transactionalId: string
  readonly group: string
  readonly timeoutMs: number
  readonly where: string
}

export interface TransactionWork {
  /** The same object continues what was begun for it. */
  readonly of: object
  readonly records: readonly PlacedRecord[]
  /** Makes the offsets part of the transaction. */
  readonly sendOffsets: (
    producer: ProducerIdentity & { readonly transactionalId: string },
  ) => Promise<void>
}

export interface TransactionalProducer {
  /** Ends what a predecessor left open, and fences it. Gives up when `wanted` turns false. */
  readonly takeOver: (wanted: () => boolean) => Promise<void>
  /**
   * All of it becomes visible, or nothing. Throws {@link Fenced} when another came after, {@link Lost} when the group has
   * gone on, and a `Fault` when Kafka is away: then the same work may come again.
   */
  readonly commit: (work: TransactionWork) => Promise<void>
  /** Ends what is open, so that nobody waits for it; as well as it can. */
  readonly abandon: () => Promise<void>
}

/**
 * - `new`: has no identity yet;
 * - `ready`: no transaction is open;
 * - `open`: something was sent, or may have been, and nothing of it may become visible;
 * - `ending`: the commit was sent, and only the brokers know whether it arrived.
 */
type State =
  | { readonly kind: 'new' }
  | { readonly kind: 'ready' | 'open'; readonly producer: ProducerIdentity }
  | { readonly kind: 'ending'; readonly producer: ProducerIdentity; readonly of: object }

const fencedTypes: ReadonlySet<string | undefined> = new Set([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
])

const transactionCoordinator = 1

/**
 * One transactional id and its transactions, one after the other. What fails before the commit was sent is given up, and
 * the next begins under a new epoch, so that nothing that is still on its way can slip in. What fails after it is asked for
 * again until the brokers answer.
 */
export const createTransactionalProducer = (
  options: TransactionalProducerOptions,
): TransactionalProducer => {
  const { cluster, clock, transactionalId, where } = options
  let state: State = { kind: 'new' }
  let requests = new ProduceRequests(options)
  let known: Broker | undefined

  const coordinator = async (): Promise<Broker> => {
    if (!known?.isConnected())
      known = await cluster.findGroupCoordinator({
        groupId: transactionalId,
        coordinatorType: transactionCoordinator,
      })
    return known
  }

  /** What an error of a broker means here. */
  const meaning = async (error: unknown): Promise<Error> => {
    if (error instanceof Fenced || error instanceof Lost) return error
    const { type } = rootOf(error)
    if (fencedTypes.has(type)) return new Fenced(type)
    known = undefined
    if (isStale(error) || misfitOf(error) === undefined)
      await refresh(cluster, error).catch(() => undefined)
    return runtimeFault(error, `${where}, transactions of ${transactionalId}`)
  }

  const free = <T>(ask: () => Promise<T>): Promise<T> => untilFree(clock, ask)

  const identify = async (wanted: () => boolean, previous?: ProducerIdentity): Promise<void> => {
    const ask = async (): Promise<ProducerIdentity> =>
      initProducerId(await coordinator(), transactionalId, options.timeoutMs, previous)
    const producer = await untilFree(clock, ask, wanted)
    requests = new ProduceRequests(options)
    state = { kind: 'ready', producer }
  }

  const endTransaction = (producer: ProducerIdentity, commit: boolean): Promise<unknown> =>
    free(async () =>
      (await coordinator()).endTxn({ transactionalId, ...producer, transactionResult: commit }),
    )

  /** After it nothing that was sent can become visible; a new epoch keeps out what is still on its way. */
  const giveUp = async (producer: ProducerIdentity): Promise<void> => {
    try {
      await endTransaction(producer, false)
    } catch (error) {
      // Nothing of it had arrived.
      if (rootOf(error).type !== 'INVALID_TXN_STATE') throw error
    }
    await identify(() => true, producer)
  }

  const write = async (producer: ProducerIdentity, work: TransactionWork): Promise<void> => {
    const of = { transactionalId, ...producer }
    const topics = await requests.partitionsOf(work.records)
    if (topics.length > 0)
      await free(async () => (await coordinator()).addPartitionsToTxn({ ...of, topics }))
    await free(async () => (await coordinator()).addOffsetsToTxn({ ...of, groupId: options.group }))
    await allSettled([requests.send(of, work.records), work.sendOffsets(of)])
  }

  const commit = async (work: TransactionWork): Promise<void> => {
    if (state.kind === 'new') throw new Fenced('no identity')
    if (state.kind === 'ending' && state.of !== work.of) throw new Fenced('an outcome is not known')
    if (state.kind === 'open') await giveUp(state.producer)
    if (state.kind === 'ready') {
      const { producer } = state
      state = { kind: 'open', producer }
      await write(producer, work)
      state = { kind: 'ending', producer, of: work.of }
    }
    const { producer } = state
    try {
      await endTransaction(producer, true)
    } catch (error) {
      if (rootOf(error).type === 'INVALID_TXN_STATE') throw new Fenced('INVALID_TXN_STATE')
      throw error
    }
    state = { kind: 'ready', producer }
  }

  const abandon = async (): Promise<void> => {
    if (state.kind !== 'open') return
    const { producer } = state
    state = { kind: 'new' }
    await endTransaction(producer, false).catch(() => undefined)
  }

  return {
    takeOver: async (wanted) => {
      try {
        await identify(wanted)
      } catch (error) {
        throw await meaning(error)
      }
    },
    commit: async (work) => {
      try {
        await commit(work)
      } catch (error) {
        const meant = await meaning(error)
        if (meant instanceof Lost) await abandon()
        // What failed may be settled already for whoever asked, so nothing may be committed after it.
        if (meant instanceof Lost || meant instanceof Fenced) state = { kind: 'new' }
        throw meant
      }
    },
    abandon,
  }
}

/** Throws the first error when all have ended: nothing is on its way any more. */
const allSettled = async (work: readonly Promise<void>[]): Promise<void> => {
  for (const outcome of await Promise.allSettled(work))
    if (outcome.status === 'rejected') throw outcome.reason
}
