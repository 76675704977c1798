import type { DeadLetter } from '../../../schemas/generated/types.ts'
import type { TopicName } from '../../model/record.ts'
import type { Topology } from '../../model/topology.ts'
import type { SimulatedRecordLog } from '../simulated-record-log.ts'

/** What can be seen of a run: names of what came out, by place. A place is a key of a topic, or the dead letters. */
export type Visible = ReadonlyMap<string, readonly string[]>

const hex = (bytes: Uint8Array | null): string => (bytes ? Buffer.from(bytes).toString('hex') : '')

/** Topics that a record reaches under another key: between records of different keys there is no order. */
const rekeyed = ({ subTopologies }: Topology): ReadonlySet<TopicName> =>
  new Set(
    subTopologies.flatMap(({ nodes }) =>
      nodes.flatMap((node) => (node.kind === 'topic-sink' && node.key ? [node.topic.name] : [])),
    ),
  )

/** `once`: a record that stands twice in a topic is seen twice. Otherwise it may come again, as after a crash on Kafka. */
export const visibleOf = (topology: Topology, log: SimulatedRecordLog, once: boolean): Visible => {
  const found = new Map<string, string[]>()
  const note = (place: string, what: string): void => {
    const known = found.get(place)
    if (!known) found.set(place, [what])
    else if (once || !known.includes(what)) known.push(what)
  }
  const sources = new Map<string, string>()
  for (const { name } of topology.topics) {
    for (const { partition, record } of log.all(name)) {
      sources.set(`${name}/${partition}/${record.offset}`, hex(record.value))
      note(`topic ${name}, key ${Buffer.from(record.key).toString()}`, hex(record.value))
    }
  }
  for (const { record } of log.all(topology.deadLetters.name)) {
    const letter = topology.deadLetters.codec.decode(record.value!) as DeadLetter
    const { sourceTopic, sourcePartition, sourceOffset, stage, code, itemId } = letter
    const source = sources.get(`${sourceTopic}/${sourcePartition}/${sourceOffset}`)
    note('dead letters', [stage, code, itemId ?? '', sourceTopic, source].join(' '))
  }
  const unordered = rekeyed(topology)
  const isOrdered = (place: string): boolean =>
    place !== 'dead letters' && ![...unordered].some((name) => place.startsWith(`topic ${name},`))
  return new Map([...found].map(([place, all]) => [place, isOrdered(place) ? all : all.toSorted()]))
}

/** The first difference, in words; undefined when there is none. */
export const differenceOf = (expected: Visible, actual: Visible): string | undefined => {
  for (const place of new Set([...expected.keys(), ...actual.keys()])) {
    const [should, is] = [expected.get(place) ?? [], actual.get(place) ?? []]
    if (should.join() === is.join()) continue
    const lost = should.filter((each) => !is.includes(each)).length
    const extra = is.filter((each) => !should.includes(each)).length
    const what =
      lost + extra > 0
        ? `${lost} missing, ${extra} that should not be there`
        : is.length === should.length
          ? 'in another order'
          : `${is.length} instead of ${should.length}`
    return `${place}: ${what}`
  }
  return undefined
}
