import type {
  SinkContext,
  SinkRange,
  SinkRecord,
  StageContext,
} from '../../topology/model/stage.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { Ports } from '../../topology/ports/ports.ts'

/** Ports of which only the given ones may be used: touching another one is an error. */
export const testPorts = (ports: Partial<Ports>): Ports =>
  new Proxy({ identity: { codeVersion: '0.1.0', configHash: 'c0ffee' }, ...ports } as Ports, {
    get: (target, name) => {
      const port: unknown = Reflect.get(target, name)
      if (port === undefined) throw new Error(`port ${String(name)} is not given to this test`)
      return port
    },
  })

export const aSinkContext = (ports: Partial<Ports>): SinkContext => ({
  ports: testPorts(ports),
  signal: new AbortController().signal,
  attempt: 1,
})

export const aStageContext = (
  ports: Partial<Ports>,
  state: ReadonlyMap<string, Uint8Array> = new Map(),
): StageContext => ({
  ...aSinkContext(ports),
  key: 'key',
  timestamp: 0,
  replays: 0,
  deadline: 'bulk',
  state: { get: (key) => state.get(key) },
})

/** Records at offsets 0, 1, 2, … of partition 0 of `topic`. */
export const sinkRecords = <E extends { readonly documentId: string }>(
  topic: string,
  values: readonly E[],
): readonly SinkRecord<E>[] =>
  values.map((value, offset) => ({
    key: value.documentId,
    value,
    timestamp: 0,
    headers: {},
    topic: topic as TopicName,
    partition: 0,
    offset,
  }))

export const aRange = <E extends { readonly documentId: string }>(
  topic: string,
  values: readonly E[],
): SinkRange<E> => ({
  topic: topic as TopicName,
  partition: 0,
  start: 0,
  end: values.length,
  records: sinkRecords(topic, values),
})
