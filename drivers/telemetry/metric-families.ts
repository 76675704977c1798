import type { PartitionLag, PartState, PauseReason } from '../../topology/ports/telemetry.ts'
import type { Distribution } from './distribution.ts'
import type { PartFigures } from './figures.ts'
import { metricPrefix } from './metric-family.ts'
import type { MetricFamily, Reading, Sample } from './metric-family.ts'
import { modelMetrics } from './model-metrics.ts'

const prefix = metricPrefix

const counter = (
  name: string,
  help: string,
  labels: readonly string[],
  read: (part: PartFigures) => Iterable<Sample<number>>,
): MetricFamily => ({
  type: 'counter',
  name: `${prefix}${name}`,
  help,
  labels: ['sub_topology', ...labels],
  read: ofParts(read),
})

const histogram = (
  name: string,
  help: string,
  labels: readonly string[],
  read: (part: PartFigures) => Iterable<Sample<Distribution>>,
): MetricFamily => ({
  type: 'histogram',
  name: `${prefix}${name}`,
  help,
  labels: ['sub_topology', ...labels],
  read: ofParts(read),
})

const gauge = (
  name: string,
  help: string,
  labels: readonly string[],
  read: (reading: Reading) => Iterable<Sample<number>>,
): MetricFamily => ({ type: 'gauge', name: `${prefix}${name}`, help, labels, read })

function ofParts<V>(
  read: (part: PartFigures) => Iterable<Sample<V>>,
): (reading: Reading) => Iterable<Sample<V>> {
  return function* ({ figures }) {
    for (const [name, part] of figures.parts)
      for (const [labels, value] of read(part)) yield [[name, ...labels], value]
  }
}

function* byName<V>(values: ReadonlyMap<string, V>): Iterable<Sample<V>> {
  for (const [name, value] of values) yield [[name], value]
}

const pauseReasons: readonly PauseReason[] = ['full', 'dependency-down', 'draining']
const breakerStates = { closed: 0, 'half-open': 1, open: 2 } as const

const ofState = (
  read: (part: PartState, reading: Reading) => Iterable<Sample<number>>,
): ((reading: Reading) => Iterable<Sample<number>>) =>
  function* (reading) {
    for (const part of reading.parts)
      for (const [labels, value] of read(part, reading))
        yield [[part.subTopology, ...labels], value]
  }

const ofLag = (
  read: (lag: PartitionLag, reading: Reading) => number,
): ((reading: Reading) => Iterable<Sample<number>>) =>
  function* (reading) {
    for (const lag of reading.lags)
      yield [[lag.subTopology, lag.topic, lag.partition], read(lag, reading)]
  }

const secondsSince = (then: number, { now }: Reading): number => Math.max(0, (now - then) / 1_000)

/** Every metric of ours, in the order in which docs/metrics.md shows them. */
export const metricFamilies: readonly MetricFamily[] = [
  gauge(
    'lag_records',
    'Records not finished, by the last commit, of the partitions this process works on.',
    ['sub_topology', 'topic', 'partition'],
    ofLag(({ lag }) => lag),
  ),
  gauge(
    'lag_seconds',
    'Age of the oldest of them by its time in the log, 0 when there is none.',
    ['sub_topology', 'topic', 'partition'],
    ofLag(({ oldestAt }, reading) =>
      oldestAt === undefined ? 0 : secondsSince(oldestAt, reading),
    ),
  ),
  {
    type: 'counter',
    name: `${prefix}lag_failures_total`,
    help: 'Scrapes without lag because the log did not answer in time.',
    labels: [],
    read: ({ lagFailures }) => [[[], lagFailures]],
  },
  gauge(
    'in_flight_records',
    'Records taken up and not yet durable.',
    ['sub_topology', 'topic'],
    ofState(({ partitions }) => byTopic(partitions, ({ inFlight }) => inFlight)),
  ),
  gauge(
    'in_flight_bytes',
    'Bytes that the records at work stand for, as back-pressure counts them.',
    ['sub_topology', 'topic'],
    ofState(({ partitions }) => byTopic(partitions, ({ bytes }) => bytes)),
  ),
  gauge(
    'assigned_partitions',
    'Partitions this process works on.',
    ['sub_topology'],
    ofState(({ partitions }) => [[[], partitions.length]]),
  ),
  gauge(
    'paused_partitions',
    'Partitions of which nothing is fetched: full (caps on what is in flight), dependency-down (breaker), draining.',
    ['sub_topology', 'reason'],
    ofState(({ partitions }) =>
      pauseReasons.map((reason) => [
        [reason],
        partitions.filter(({ paused }) => paused === reason).length,
      ]),
    ),
  ),
  gauge(
    'breaker_state',
    '0 closed, 1 half-open (one attempt is probing), 2 open.',
    ['sub_topology'],
    ofState(({ breaker }) => [[[], breakerStates[breaker]]]),
  ),
  gauge(
    'commit_age_seconds',
    'Time since the last commit of this process; absent before the first. Alert on it only together with lag.',
    ['sub_topology'],
    ofState(({ subTopology }, reading) => {
      const at = reading.figures.parts.get(subTopology)?.committedAt
      return at === undefined ? [] : [[[], secondsSince(at, reading)]]
    }),
  ),
  gauge(
    'poll_age_seconds',
    'Time since the loop of the sub-topology last turned; what /health/live looks at.',
    ['sub_topology'],
    ofState(({ turnedAt }, reading) => [[[], secondsSince(turnedAt, reading)]]),
  ),
  counter(
    'records_total',
    'Records finished, by outcome: forwarded, dropped, dead. Each counts once it is committed, in the process that committed it.',
    ['outcome'],
    ({ forwarded, dropped, dead }) => [
      [['forwarded'], forwarded],
      [['dropped'], dropped],
      [['dead'], dead],
    ],
  ),
  counter(
    'dropped_records_total',
    'Records dropped, by reason.',
    ['reason'],
    ({ dropReasons }) => dropReasons,
  ),
  counter(
    'dead_letters_total',
    'Dead letters, once they are committed; one record may make several.',
    ['stage', 'disposition', 'code'],
    ({ deadLetters }) => deadLetters,
  ),
  counter(
    'retries_total',
    'Attempts that failed and were made again, by stage and by what failed.',
    ['stage', 'dependency'],
    ({ retries }) => retries,
  ),
  counter(
    'breaker_opened_total',
    'Times that a dependency was found down and the sources were paused.',
    ['dependency'],
    ({ breakerOpened }) => breakerOpened,
  ),
  counter(
    'pauses_total',
    'Times that a partition was paused, for whatever reason.',
    [],
    ({ pauses }) => [[[], pauses]],
  ),
  counter('rebalances_total', 'Assignments taken up, the first one included.', [], (part) => [
    [[], part.rebalances],
  ]),
  counter(
    'redone_records_total',
    'Records that an earlier owner had begun and not finished, by its last commit, and that are done again here.',
    [],
    ({ redone }) => [[[], redone]],
  ),
  counter(
    'restored_records_total',
    'Records that an earlier owner had finished out of order, and that are passed over here.',
    [],
    ({ restored }) => [[[], restored]],
  ),
  counter(
    'abandoned_records_total',
    'Records in flight when their partition went to another member, or when the process ended.',
    [],
    ({ abandoned }) => [[[], abandoned]],
  ),
  counter(
    'fenced_commits_total',
    'Commits refused because the partitions had gone to another member.',
    [],
    ({ fenced }) => [[[], fenced]],
  ),
  histogram(
    'stage_duration_seconds',
    'Time of a record in a stage: waiting for its turn, tries and back-off included. Fused stages are one, joined by +.',
    ['stage'],
    ({ stageSeconds }) => byName(stageSeconds),
  ),
  counter(
    'stage_cpu_seconds_total',
    'Computing time of the pure stages on their threads.',
    ['stage'],
    ({ stageCpuSeconds }) => byName(stageCpuSeconds),
  ),
  histogram('sink_batch_records', 'Records of one write to a sink.', ['sink'], ({ sinkRecords }) =>
    byName(sinkRecords),
  ),
  histogram(
    'sink_batch_duration_seconds',
    'Time of one write to a sink, tries and back-off included.',
    ['sink'],
    ({ sinkSeconds }) => byName(sinkSeconds),
  ),
  histogram(
    'commit_duration_seconds',
    'Time of one commit of outputs, state and offsets, tries and back-off included.',
    [],
    ({ commitSeconds }) => (commitSeconds.count > 0 ? [[[], commitSeconds]] : []),
  ),
  ...modelMetrics,
  counter(
    'figures_total',
    'What stages count, as in the ledger: chunks, vectors, redacted entities by type.',
    ['figure'],
    ({ counted }) => counted,
  ),
  gauge(
    'build_info',
    'Always 1; the labels say what runs.',
    ['version', 'topology_hash'],
    ({ version, topologyHash }) => [[[version, topologyHash], 1]],
  ),
]

function* byTopic(
  partitions: PartState['partitions'],
  read: (partition: PartState['partitions'][number]) => number,
): Iterable<Sample<number>> {
  const sums = new Map<string, number>()
  for (const each of partitions) sums.set(each.topic, (sums.get(each.topic) ?? 0) + read(each))
  yield* byName(sums)
}
