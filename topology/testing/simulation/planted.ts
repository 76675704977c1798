import { Fault } from '../../model/failure.ts'
import { drop } from '../../model/outcome.ts'
import type { CommittedOffset } from '../../ports/record-log.ts'
import { decodeNote, encodeNote } from '../../runtime/commit-metadata.ts'
import { partitionKey } from '../simulated-group.ts'
import type { Item } from './item.ts'
import type { Variation } from './simulate.ts'
import { tamperBatchWrites, tamperConsumers, tamperEvents, tamperNodes } from './tamper.ts'

export const isClaim = ({ metadata }: CommittedOffset): boolean => / c\d+$/.test(metadata)

export const withoutNote = (each: CommittedOffset): CommittedOffset => ({ ...each, metadata: '' })

export const shifted =
  (by: number) =>
  (each: CommittedOffset): CommittedOffset => ({ ...each, offset: Math.max(0, each.offset + by) })

/** The position is taken from what was fetched, not from what is done. */
export const highestSeen = tamperConsumers((consumer) => {
  const seen = new Map<string, number>()
  const raised = (each: CommittedOffset): CommittedOffset =>
    isClaim(each)
      ? each
      : { ...withoutNote(each), offset: seen.get(partitionKey(each)) ?? each.offset }
  return {
    poll: async (maxWaitMs) => {
      const events = await consumer.poll(maxWaitMs)
      for (const event of events) {
        if (event.kind !== 'records') continue
        seen.set(partitionKey(event.partition), (event.records.at(-1)?.offset ?? 0) + 1)
      }
      return events
    },
    commit: (transaction) =>
      consumer.commit({ ...transaction, offsets: transaction.offsets.map(raised) }),
  }
})

/** Records that were fetched before a rebalance count as records of the new assignment. */
export const prefetchKept = tamperConsumers((consumer) => {
  let current = 0
  return {
    poll: async (maxWaitMs) =>
      (await consumer.poll(maxWaitMs)).map((event) => {
        if (event.kind === 'assigned') current = event.epoch
        return event.kind === 'records' ? { ...event, epoch: current } : event
      }),
  }
})

/** A claimed range is written again, but ends one record earlier. */
export const otherEnd = (each: CommittedOffset): CommittedOffset => {
  const hash = each.metadata.split(' ')[1] ?? ''
  const note = decodeNote(hash, each.offset, each.metadata)
  if (note.kind !== 'claim') return each
  const end = Math.max(each.offset + 1, note.end - 1)
  return { ...each, metadata: encodeNote(hash, each.offset, { kind: 'claim', end }) }
}

/** Every record has a key of its own, as far as the engine can see. */
export const ownKeys = tamperEvents((event) => {
  if (event.kind !== 'records') return [event]
  const records = event.records.map((each) => ({
    ...each,
    key: Buffer.concat([each.key, Buffer.from(`#${each.offset}`)]),
  }))
  return [{ ...event, records }]
})

export const keysGivenBack = tamperNodes((node) =>
  node.kind === 'topic-sink' ? { ...node, key: (item: Item) => item.documentId } : node,
)

/** An outage ends the records it meets. */
export const outageEnds = tamperNodes((node) => {
  if (node.kind !== 'stage' || node.stage.kind !== 'asking') return node
  const { stage } = node
  const run: typeof stage.run = async (value, context) => {
    try {
      return await stage.run(value, context)
    } catch (error) {
      if (error instanceof Fault && error.kind === 'dependency-down') return drop('outage')
      throw error
    }
  }
  return { ...node, stage: { ...stage, run } }
})

/** Records that it had under an earlier assignment are taken for known, and dropped. */
export const knownDropped = tamperConsumers((consumer) => {
  const epochs = new Map<string, number>()
  const isKnown = (place: string, epoch: number): boolean => {
    const before = epochs.get(place)
    epochs.set(place, epoch)
    return before !== undefined && before < epoch
  }
  return {
    poll: async (maxWaitMs) =>
      (await consumer.poll(maxWaitMs)).map((event) => {
        if (event.kind !== 'records') return event
        const id = partitionKey(event.partition)
        const records = event.records.filter(
          ({ offset }) => !isKnown(`${id}:${offset}`, event.epoch),
        )
        return { ...event, records }
      }),
  }
})

/** What a batch gathers while partitions are taken away is not written, and called written. */
export const windowDropped = (): Variation => {
  let revoked = false
  return {
    log: tamperEvents((event) => {
      revoked = event.kind === 'revoked'
      return [event]
    }),
    topology: tamperBatchWrites(
      (write) => (records, context) =>
        revoked
          ? Promise.resolve(records.map(() => ({ kind: 'written' })))
          : write(records, context),
    ),
  }
}
