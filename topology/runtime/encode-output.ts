import { withoutReplay } from '../model/replay.ts'
import type { ProduceRecord } from '../ports/record-log.ts'
import type { PartEnvironment } from './environment.ts'
import type { InFlight } from './in-flight.ts'
import type { TopicSinkStep } from './plan.ts'
import { ofFittingSize } from './record-size.ts'
import { serdeOf } from './serdes.ts'

/**
 * Encodes a value for a topic. Throws what the codec throws: a value that does not fit is a bug of the stage; and `Rejected`
 * when the log would refuse the record for its size.
 */
export const encodeOutput = (
  env: PartEnvironment,
  flight: InFlight,
  step: TopicSinkStep,
  value: unknown,
): ProduceRecord =>
  ofFittingSize(env.log, {
    topic: step.topic.name,
    key: step.key ? Buffer.from(step.key(value)) : flight.source.key,
    value: serdeOf(env, step.topic.name).encode(value),
    timestamp: flight.source.timestamp,
    headers: withoutReplay(flight.source.headers),
  })
