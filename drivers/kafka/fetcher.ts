import type { LogRecord } from '../../topology/ports/record-log.ts'
import { misfitOf, rootOf, runtimeFault } from './errors.ts'
import { readCommitted, type Cluster, type FetchRequest } from './kafkajs.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { isStale, refresh, type Place } from './reader.ts'
import { doneOffsets } from './done-offsets.ts'
import { cursorAt, hasRoom, stepOverEmpty, store, takeFrom, type Cursor } from './fetch-cursor.ts'

export interface FetcherOptions extends Pick<
  ResolvedKafkaOptions,
  'clock' | 'fetchBytes' | 'fetchBytesPerPartition' | 'fetchWaitMs' | 'maxPollRecords' | 'notice'
> {
  readonly cluster: Cluster
  readonly where: string
  /** Asked whenever what is known of the topics may be new; false when nothing more may be read. */
  readonly mayFetch: () => boolean
  /** There is something to take. */
  readonly onRecords: () => void
  /** Fetching cannot go on. */
  readonly onFailure: (error: Error) => void
  /** The offset of a partition is not there (any more): answers where to go on, or undefined to stop. */
  readonly onOutOfRange: (place: Place, offset: number) => Promise<number | undefined>
}

export interface Taken {
  readonly place: Place
  readonly records: readonly LogRecord[]
}

/** Reads ahead of the assigned partitions, each broker on its own, and holds what it read until it is taken. */
export interface Fetcher {
  /** Connects in the background to who leads these, so that the first fetch need not. What goes wrong shows when it is fetched. */
  readonly warmUp: (places: readonly Place[]) => void
  readonly start: (places: readonly (Place & { readonly offset: number })[]) => void
  readonly pause: (place: Place) => void
  readonly resume: (place: Place) => void
  /** Offsets, growing, that need not be read from now on. */
  readonly passOver: (place: Place, offsets: readonly number[]) => void
  /** What is there, at most `limit` records, with equal shares for all partitions that are not paused. */
  readonly take: (limit: number) => readonly Taken[]
  /** Where everything was taken and reading stands beyond the last record, as there is nothing to be read; told once. */
  readonly passed: () => readonly (Place & { readonly next: number })[]
  /** Forgets everything. What is still under way comes to nothing. */
  readonly stop: () => void
  /** Resolves when nothing is under way any more. */
  readonly ended: () => Promise<void>
}

const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`

/** Longest wait of a fetch that leaves out a partition, which may be wanted the next moment, milliseconds. */
const shortWaitMs = 20

/** Fetches, which a broker may hold back, go over a connection of their own. */
const connectionOfFetches = 1

/** Who leads a partition without a leader. */
const nobody = -1

export const createFetcher = (options: FetcherOptions): Fetcher => {
  const { cluster, clock, notice, where } = options
  /** One assignment. Another object means that it is over. */
  let session = new Map<string, Cursor>()
  /** Cursors in the order in which they are taken next. */
  let turn: Cursor[] = []
  let nodes = new Set<number>()
  let sleepers: (() => void)[] = []
  const loops = new Set<Promise<void>>()

  const wake = (): void => {
    for (const each of sleepers.splice(0)) each()
  }
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(ms, resolve)
      sleepers.push(() => {
        cancel()
        resolve()
      })
    })

  const leadersOf = (places: readonly Place[]): ReadonlyMap<string, number> => {
    const topics = new Set(places.map(({ topic }) => topic))
    return new Map(
      [...topics].flatMap((topic) =>
        cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId, leader }) => [`${topic}/${partitionId}`, leader] as const),
      ),
    )
  }
  const leaders = (): ReadonlyMap<string, number> => leadersOf(turn)

  const connect = async (node: number): Promise<void> => {
    const { connectionPool } = await cluster.findBroker({ nodeId: node })
    await connectionPool.getConnection(connectionOfFetches)
  }

  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => loops.delete(tracked))
    loops.add(tracked)
  }

  const requestOf = (wanted: readonly Cursor[], all: number): FetchRequest => {
    const byTopic = new Map<string, FetchRequest['topics'][number]['partitions'][number][]>()
    for (const { topic, partition, next } of wanted) {
      const partitions = byTopic.get(topic) ?? []
      byTopic.set(topic, partitions)
      const maxBytes = options.fetchBytesPerPartition
      partitions.push({ partition, fetchOffset: String(next), maxBytes })
    }
    const wait =
      wanted.length < all ? Math.min(shortWaitMs, options.fetchWaitMs) : options.fetchWaitMs
    return {
      isolationLevel: readCommitted,
      maxWaitTime: wait,
      minBytes: 1,
      maxBytes: options.fetchBytes,
      topics: [...byTopic].map(([topic, partitions]) => ({ topic, partitions })),
    }
  }

  const fetchFrom = async (node: number, current: typeof session): Promise<void> => {
    const led = leaders()
    const mine = turn.filter((cursor) => led.get(keyOf(cursor)) === node)
    const roomy = mine.filter((cursor) => hasRoom(cursor, options))
    const suspect = roomy.find((cursor) => cursor.suspect)
    const wanted = suspect ? [suspect] : roomy
    const buffered = turn.reduce((sum, { bytes }) => sum + bytes, 0)
    if (wanted.length === 0 || buffered > 2 * options.fetchBytes) return sleep(options.fetchWaitMs)
    await cluster.refreshMetadataIfNecessary()
    if (!options.mayFetch()) return sleep(options.fetchWaitMs)
    const broker = await cluster.findBroker({ nodeId: node })
    if (session !== current) return
    const asked = new Map(wanted.map((cursor) => [cursor, cursor.next]))
    const { responses } = await broker.fetch(requestOf(wanted, mine.length))
    if (session !== current) return
    let news = false
    for (const { topicName, partitions } of responses) {
      for (const fetched of partitions) {
        const cursor = current.get(`${topicName}/${fetched.partition}`)
        if (!cursor || asked.get(cursor) !== cursor.next) continue
        const from = cursor.next
        store(cursor, fetched)
        stepOverEmpty(cursor, fetched)
        if (cursor.next > from) news = true
      }
    }
    if (news) options.onRecords()
  }

  const recover = async (error: unknown, current: typeof session): Promise<void> => {
    const root = rootOf(error)
    if (root.name === 'KafkaJSOffsetOutOfRange' && root.topic !== undefined) {
      const cursor = current.get(`${root.topic}/${root.partition}`)
      if (!cursor) return
      const next = await options.onOutOfRange(cursor, cursor.next)
      if (next !== undefined) cursor.next = next
      return
    }
    if (misfitOf(error) !== undefined) return options.onFailure(runtimeFault(error, where))
    if (isStale(error)) await refresh(cluster, error)
    else throw error
  }

  /** Fetches from one broker as long as it leads partitions of the assignment. Never ends by an error that may pass. */
  const runNode = async (node: number, current: typeof session): Promise<void> => {
    const running = nodes
    let failures = 0
    while (session === current) {
      try {
        startNodes(current)
        if (![...leaders().values()].includes(node)) break
        await fetchFrom(node, current)
        if (failures > 0) notice(`Kafka, ${where}: broker ${node} answers again`)
        failures = 0
      } catch (error) {
        if (session !== current) break
        failures += 1
        if (failures === 1) notice(runtimeFault(error, `${where}, broker ${node}`).message)
        await recover(error, current).catch(() => undefined)
        await sleep(Math.min(100 * 2 ** failures, 2_000))
      }
    }
    running.delete(node)
  }

  /** Partitions move between brokers: who leads one and is not fetched from yet is from now on. */
  const startNodes = (current: typeof session): void => {
    if (session !== current) return
    for (const node of new Set(leaders().values())) {
      if (nodes.has(node) || node <= nobody) continue
      nodes.add(node)
      track(runNode(node, current))
    }
  }

  return {
    warmUp: (places) => {
      const led = leadersOf(places)
      const leading = new Set(places.map((place) => led.get(keyOf(place)) ?? nobody))
      leading.delete(nobody)
      for (const node of leading) track(connect(node).catch(() => undefined))
    },
    start: (places) => {
      session = new Map()
      nodes = new Set()
      for (const { topic, partition, offset } of places) {
        const place = { topic, partition }
        session.set(keyOf(place), cursorAt(place, offset))
      }
      turn = [...session.values()]
      wake()
      startNodes(session)
    },
    pause: (place) => {
      const cursor = session.get(keyOf(place))
      if (cursor) cursor.paused = true
    },
    resume: (place) => {
      const cursor = session.get(keyOf(place))
      if (!cursor?.paused) return
      cursor.paused = false
      wake()
      if (cursor.records.length > 0) options.onRecords()
    },
    passOver: (place, offsets) => {
      const cursor = session.get(keyOf(place))
      if (cursor) cursor.done = doneOffsets(offsets)
    },
    take: (limit) => {
      const active = turn.filter((cursor) => !cursor.paused && cursor.records.length > 0)
      const share = Math.max(1, Math.ceil(limit / Math.max(1, active.length)))
      const taken: Taken[] = []
      let room = limit
      for (const cursor of active) {
        if (room <= 0) break
        const records = takeFrom(cursor, Math.min(share, room))
        room -= records.length
        taken.push({ place: cursor, records })
      }
      if (taken.length > 0) {
        const served = new Set(taken.map(({ place }) => place))
        turn = [
          ...turn.filter((each) => !served.has(each)),
          ...turn.filter((each) => served.has(each)),
        ]
        wake()
      }
      return taken
    },
    passed: () =>
      turn.flatMap((cursor) => {
        const { topic, partition, next, told, records } = cursor
        if (records.length > 0 || next <= told) return []
        cursor.told = next
        return [{ topic, partition, next }]
      }),
    stop: () => {
      session = new Map()
      turn = []
      wake()
    },
    ended: async () => void (await Promise.allSettled(loops)),
  }
}
