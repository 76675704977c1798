import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Figures } from '../../../drivers/telemetry/figures.ts'
import { metricFamilies } from '../../../drivers/telemetry/metric-families.ts'
import type { Reading } from '../../../drivers/telemetry/metric-family.ts'
import { createExposition } from '../../../drivers/telemetry/prometheus.ts'
import type { PartState, TelemetryEvent } from '../../../topology/ports/telemetry.ts'
import type { TopicName } from '../../../topology/model/record.ts'

const nowhere = { emit: () => {} }
const topic = 'archive.chunks' as TopicName

const aState = (changes: Partial<PartState> = {}): PartState => ({
  subTopology: 'embed',
  assigned: true,
  draining: false,
  turnedAt: 9_000,
  breaker: 'closed',
  dependency: undefined,
  partitions: [],
  ...changes,
})

const waiting = {
  model: 'embed-hash',
  deadline: 'bulk',
  items: 40,
  tokens: 900,
  bytes: 3_600,
  oldestMs: 2_500,
} as const

/** One of every kind. */
const everything: readonly TelemetryEvent[] = [
  { kind: 'assigned', subTopology: 'embed', partitions: 2, restored: 3, redone: 4 },
  { kind: 'revoked', subTopology: 'embed', partitions: 2, abandoned: 5 },
  {
    kind: 'finished',
    subTopology: 'embed',
    outcome: 'forwarded',
    counts: new Map([['vectors', 7]]),
  },
  { kind: 'finished', subTopology: 'embed', outcome: 'dropped', reason: 'replay' },
  { kind: 'finished', subTopology: 'embed', outcome: 'dead', reason: 'bug' },
  { kind: 'dead-letter', subTopology: 'embed', stage: 'embed', disposition: 'BUG', code: 'bug' },
  { kind: 'retry', subTopology: 'embed', stage: 'embed', attempt: 1, dependency: 'triton' },
  { kind: 'breaker', subTopology: 'embed', dependency: 'triton', state: 'open' },
  { kind: 'paused', subTopology: 'embed', topic: 'archive.chunks', partition: 0 },
  { kind: 'fenced', subTopology: 'embed' },
  { kind: 'stage-cpu', subTopology: 'embed', stage: 'embed', ms: 1_500 },
  { kind: 'stage-time', subTopology: 'embed', stage: 'embed', ms: 20 },
  { kind: 'stage-time', subTopology: 'embed', stage: 'embed', ms: 90_000 },
  { kind: 'batch', subTopology: 'embed', sink: 'vectors', records: 180, ms: 40 },
  { kind: 'committed', subTopology: 'embed', ms: 8 },
  { kind: 'inference', subTopology: 'models', model: 'embed-hash', items: 40, ok: true, ms: 3 },
  { kind: 'inference', subTopology: 'models', model: 'embed-hash', items: 2, ok: false, ms: 3 },
]

const linesOf = async (changes: Partial<Reading> = {}): Promise<readonly string[]> => {
  const figures = new Figures(nowhere, () => 8_000)
  for (const event of everything) figures.emit(event)
  const reading: Reading = {
    figures,
    parts: [aState()],
    lags: [],
    lagFailures: 0,
    backlog: [],
    now: 10_000,
    version: '1.2.3',
    topologyHash: 'abc',
    ...changes,
  }
  const text = await createExposition(async () => reading).text()
  return text.split('\n').filter((line) => line.startsWith('archive_streams_'))
}

const has = (lines: readonly string[], ...wanted: readonly string[]): void =>
  assert.deepEqual(
    wanted.filter((line) => !lines.includes(`archive_streams_${line}`)),
    [],
    lines.join('\n'),
  )

describe('the metrics', () => {
  it('say what was told, added up', async () => {
    has(
      await linesOf(),
      'records_total{sub_topology="embed",outcome="forwarded"} 1',
      'records_total{sub_topology="embed",outcome="dead"} 1',
      'dropped_records_total{sub_topology="embed",reason="replay"} 1',
      'dead_letters_total{sub_topology="embed",stage="embed",disposition="BUG",code="bug"} 1',
      'retries_total{sub_topology="embed",stage="embed",dependency="triton"} 1',
      'breaker_opened_total{sub_topology="embed",dependency="triton"} 1',
      'rebalances_total{sub_topology="embed"} 1',
      'restored_records_total{sub_topology="embed"} 3',
      'redone_records_total{sub_topology="embed"} 4',
      'abandoned_records_total{sub_topology="embed"} 5',
      'fenced_commits_total{sub_topology="embed"} 1',
      'pauses_total{sub_topology="embed"} 1',
      'stage_cpu_seconds_total{sub_topology="embed",stage="embed"} 1.5',
      'figures_total{sub_topology="embed",figure="vectors"} 7',
      'model_batch_items_bucket{model="embed-hash",le="32"} 1',
      'model_batch_items_count{model="embed-hash"} 2',
      'model_batch_items_sum{model="embed-hash"} 42',
      'model_requests_failed_total{model="embed-hash"} 1',
      'commit_age_seconds{sub_topology="embed"} 2',
      'poll_age_seconds{sub_topology="embed"} 1',
      'build_info{version="1.2.3",topology_hash="abc"} 1',
    )
  })

  it('hold histograms that Prometheus can read: cumulative, with the total at the end', async () => {
    const stage = '{sub_topology="embed",stage="embed"'
    has(
      await linesOf(),
      `stage_duration_seconds_bucket${stage},le="0.01"} 0`,
      `stage_duration_seconds_bucket${stage},le="0.025"} 1`,
      `stage_duration_seconds_bucket${stage},le="60"} 1`,
      `stage_duration_seconds_bucket${stage},le="+Inf"} 2`,
      `stage_duration_seconds_sum${stage}} 90.02`,
      `stage_duration_seconds_count${stage}} 2`,
      'sink_batch_records_bucket{sub_topology="embed",sink="vectors",le="100"} 0',
      'sink_batch_records_bucket{sub_topology="embed",sink="vectors",le="250"} 1',
    )
  })

  it('say what waits, how old it is, and why', async () => {
    const lag = { subTopology: 'embed', topic, partition: 1, end: 9, position: 4 }
    const partition = { topic, inFlight: 3, bytes: 100 }
    const lines = await linesOf({
      lags: [
        { ...lag, lag: 5, inFlight: 0, oldestAt: 7_500 },
        { ...lag, partition: 2, lag: 0, inFlight: 0, oldestAt: undefined },
      ],
      parts: [
        aState({
          breaker: 'open',
          dependency: 'triton',
          partitions: [
            { ...partition, partition: 1, paused: 'dependency-down' },
            { ...partition, partition: 2, paused: undefined },
          ],
        }),
      ],
    })
    const one = '{sub_topology="embed",topic="archive.chunks",partition="1"}'
    has(
      lines,
      `lag_records${one} 5`,
      `lag_seconds${one} 2.5`,
      `lag_seconds${one.replace('"1"', '"2"')} 0`,
      'in_flight_records{sub_topology="embed",topic="archive.chunks"} 6',
      'in_flight_bytes{sub_topology="embed",topic="archive.chunks"} 200',
      'assigned_partitions{sub_topology="embed"} 2',
      'paused_partitions{sub_topology="embed",reason="dependency-down"} 1',
      'paused_partitions{sub_topology="embed",reason="full"} 0',
      'breaker_state{sub_topology="embed"} 2',
    )
  })

  it('say what waits for a model, by class, and for how long', async () => {
    const lines = await linesOf({
      backlog: [
        { ...waiting, deadline: 'interactive', items: 0, tokens: 0, bytes: 0, oldestMs: undefined },
        waiting,
      ],
    })
    has(
      lines,
      'model_waiting_items{model="embed-hash",deadline="interactive"} 0',
      'model_waiting_seconds{model="embed-hash",deadline="interactive"} 0',
      'model_waiting_items{model="embed-hash",deadline="bulk"} 40',
      'model_waiting_tokens{model="embed-hash",deadline="bulk"} 900',
      'model_waiting_bytes{model="embed-hash",deadline="bulk"} 3600',
      'model_waiting_seconds{model="embed-hash",deadline="bulk"} 2.5',
    )
  })

  it('have each family at least once when everything has happened', async () => {
    const lag = { subTopology: 'embed', topic, partition: 1, end: 9, position: 4 }
    const partitions = [{ topic, partition: 1, inFlight: 1, bytes: 1, paused: undefined }]
    const lines = await linesOf({
      lags: [{ ...lag, lag: 5, inFlight: 0, oldestAt: 1 }],
      parts: [aState({ partitions })],
      backlog: [waiting],
    })
    const missing = metricFamilies.filter(
      ({ name }) => !lines.some((line) => line.startsWith(name)),
    )
    assert.deepEqual(missing, [])
  })

  it('have names and labels as Prometheus wants them', () => {
    for (const { name, type, labels } of metricFamilies) {
      assert.match(name, /^archive_streams_[a-z_]+$/)
      assert.equal(name.endsWith('_total'), type === 'counter', name)
      for (const label of labels) assert.match(label, /^[a-z_]+$/)
    }
  })

  it('do not grow with what is told: beyond some combinations there is only "other"', async () => {
    const figures = new Figures(nowhere, () => 0)
    for (let index = 0; index < 5_000; index++)
      figures.emit({
        kind: 'dead-letter',
        subTopology: 'embed',
        stage: 'embed',
        disposition: 'BUG',
        code: `code-${index}`,
      })
    const lines = (await linesOf({ figures })).filter((line) => line.includes('dead_letters_total'))
    assert.equal(lines.length, 201)
    has(
      lines,
      'dead_letters_total{sub_topology="embed",stage="other",disposition="other",code="other"} 4800',
    )
  })
})
