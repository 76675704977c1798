import type { TelemetryEvent } from '../../topology/ports/telemetry.ts'

/** An event as a sentence. */
export const describeEvent = (event: TelemetryEvent): string =>
  `${event.subTopology}: ${whatHappened(event)}`

const partitions = (count: number): string => `${count} partition${count === 1 ? '' : 's'}`

const whatHappened = (event: TelemetryEvent): string => {
  switch (event.kind) {
    case 'assigned':
      return `works on ${partitions(event.partitions)}`
    case 'revoked':
      return `gives up ${partitions(event.partitions)}`
    case 'finished':
      return `a record is ${event.outcome}`
    case 'committed':
      return `committed in ${event.ms.toFixed(1)} ms`
    case 'batch':
      return `${event.sink} took ${event.records} records in ${event.ms.toFixed(1)} ms`
    case 'inference':
      return `${event.model} ${event.ok ? 'answered' : 'failed on'} ${event.items} items in ${event.ms.toFixed(1)} ms`
    case 'dead-letter':
      return `dead letter${event.stage === '' ? '' : ` at ${event.stage}`}: ${event.disposition}, ${event.code}`
    case 'retry':
      return `${event.stage} tries again (attempt ${event.attempt} failed by ${event.dependency}${event.reason === undefined ? '' : `: ${event.reason}`})`
    case 'breaker':
      return event.state === 'open'
        ? `${event.dependency} is down; its sources wait`
        : `${event.dependency} is back`
    case 'paused':
    case 'resumed':
      return `${event.topic}/${event.partition} is ${event.kind}`
    case 'fenced':
      return 'a commit came too late; its partitions have gone to another member'
    case 'notice':
      return event.message
    case 'stage-time':
    case 'stage-cpu':
      return `${event.stage} took ${event.ms.toFixed(1)} ms${event.kind === 'stage-cpu' ? ' of CPU' : ''}`
    case 'fatal':
      return `must stop: ${event.message}`
  }
}
