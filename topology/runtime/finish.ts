import type { Facts } from '../model/outcome.ts'
import type { SinkRecord } from '../model/stage.ts'
import type { ProduceRecord } from '../ports/record-log.ts'
import { Abandoned } from './attempt.ts'
import { deadLetterRecord } from './dead-letters.ts'
import type { PartEnvironment } from './environment.ts'
import { guard } from './guard.ts'
import { durableGate, enqueuedGate, joined, type InFlight } from './in-flight.ts'
import { isEnvelope, ledgerRecord } from './ledger.ts'
import { streamOut } from './stream-out.ts'
import { endOf, tellEnd } from './tell-end.ts'

/**
 * The last part of a record's way: effects, in key order. Outputs and dead letters of one key share the committer's
 * queue, so they cannot overtake each other. A write to a sink is seen outside that queue, so it waits until everything
 * before it is durable. Answers nothing when there was nothing to wait for.
 */
export const finish = (env: PartEnvironment, flight: InFlight): Promise<void> | undefined => {
  const outside = flight.writes.length > 0 || flight.streams.length > 0
  const gate = outside ? durableGate : enqueuedGate
  const before = flight.previousOfKey
  const wait = before && !before.hasPassed(gate) ? before.passed(gate) : undefined
  if (wait || outside) return finishLater(env, flight, wait)
  enqueue(env, flight)
  return undefined
}

const finishLater = async (
  env: PartEnvironment,
  flight: InFlight,
  wait: Promise<void> | undefined,
): Promise<void> => {
  if (wait) await wait
  if (flight.streams.length > 0 && !flight.dead) await streamOut(env, flight)
  if (flight.writes.length > 0 && !flight.dead) await writeOut(env, flight)
  enqueue(env, flight)
}

const enqueue = (env: PartEnvironment, flight: InFlight): void => {
  if (!flight.task.alive) throw new Abandoned()
  env.committer.enqueue({
    task: flight.task,
    offset: flight.source.offset,
    outputs: outputsOf(env, flight),
    // Of a dead record too: that it was seen is true, and seeing it again must not make a second dead letter.
    state: flight.state,
    durable: () => {
      tellEnd(env, flight)
      flight.task.release(flight)
      flight.pass(durableGate)
    },
  })
  flight.letGo()
  flight.pass(enqueuedGate)
}

const writeOut = async (env: PartEnvironment, flight: InFlight): Promise<void> => {
  for (const { sink, value } of flight.writes) {
    const batcher = env.batchers.get(sink)
    if (!batcher || flight.dead) return
    const outcome = await batcher.write(sinkRecord(flight, value), flight.task.lifetime)
    if (outcome.kind === 'dead-letter') {
      flight.fail({
        stage: sink,
        stageVersion: 1,
        failure: outcome.failure,
        attempt: 1,
        firstFailedAt: 0,
      })
    } else if (outcome.kind === 'dropped') {
      flight.dropReason = outcome.reason
    } else {
      guard(env, flight, bookFacts, outcome.facts)
    }
  }
}

const bookFacts = (_env: PartEnvironment, flight: InFlight, facts: Facts | undefined): void =>
  flight.book(facts)

const sinkRecord = (flight: InFlight, value: unknown): SinkRecord<unknown> => ({
  key: flight.key,
  value,
  timestamp: flight.source.timestamp,
  headers: flight.source.headers,
  topic: flight.task.partition.topic,
  partition: flight.task.partition.partition,
  offset: flight.source.offset,
})

const outputsOf = (env: PartEnvironment, flight: InFlight): readonly ProduceRecord[] => {
  const value = flight.record?.value
  const envelope = isEnvelope(value) ? value : undefined
  const { partition } = flight.task
  const failed = { partition, source: flight.source, envelope }
  const letters = flight.failures.map((failure) => deadLetterRecord(env, failed, failure))
  const ledger = envelope
    ? [
        ledgerRecord(env, {
          partition,
          offset: flight.source.offset,
          key: flight.source.key,
          envelope,
          ...endOf(flight),
          outputs: flight.dead ? [] : flight.objects,
          counts: flight.counts,
          startedAt: flight.startedAt,
        }),
      ]
    : []
  return joined(joined(flight.dead ? [] : flight.outputs, letters), ledger)
}
