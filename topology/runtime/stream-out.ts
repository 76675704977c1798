import type { ProduceRecord } from '../ports/record-log.ts'
import { Abandoned, attempt } from './attempt.ts'
import { encodeOutput } from './encode-output.ts'
import type { PartEnvironment } from './environment.ts'
import type { InFlight, PendingStream } from './in-flight.ts'

/** Records of a stream produced at a time. */
const streamBatch = 500

/** Sends what a stage streams while it comes into being, before the commit. Each stream is tried as a whole. */
export const streamOut = async (env: PartEnvironment, flight: InFlight): Promise<void> => {
  if (env.delivery === 'exactly-once')
    throw new Error(`a stage of ${env.name} streams its outputs and must say so by "streams"`)
  for (const stream of flight.streams) {
    const tried = await attempt(env, {
      stage: env.name,
      timeoutMs: undefined,
      lifetime: flight.task.lifetime,
      run: () => produceStream(env, flight, stream),
    })
    if (tried.kind === 'failed') flight.fail({ ...tried, stage: env.name, stageVersion: 1 })
    else flight.book({ counts: { outputs: tried.value } })
  }
}

/** Answers how many records were produced. */
const produceStream = async (
  env: PartEnvironment,
  flight: InFlight,
  stream: PendingStream,
): Promise<number> => {
  let produced = 0
  let batch: ProduceRecord[] = []
  const send = async (): Promise<void> => {
    if (!flight.task.alive) throw new Abandoned()
    if (batch.length > 0) await env.log.produce(batch)
    produced += batch.length
    batch = []
  }
  for await (const value of stream.values) {
    batch.push(...stream.sinks.map((sink) => encodeOutput(env, flight, sink, value)))
    if (batch.length >= streamBatch) await send()
  }
  await send()
  return produced
}
