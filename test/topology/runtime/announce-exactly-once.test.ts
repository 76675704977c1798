import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createPipeline } from '../../../topology/pipeline.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'
import {
  announceExactlyOnce,
  NotExactlyOnce,
} from '../../../topology/runtime/announce-exactly-once.ts'
import { pipelineOptionsOf } from '../../../cli/pipeline-options.ts'
import { aConfigInput, loaded } from '../../config/a-config-input.ts'

describe('exactly-once, when a sub-topology starts', () => {
  const topology = createPipeline(pipelineOptionsOf(loaded(aConfigInput('')).config))
  const partNamed = (name: string) => topology.subTopologies.find((part) => part.name === name)!
  const said = (name: string): readonly string[] => {
    const messages: string[] = []
    const emit = (event: TelemetryEvent): void => {
      if (event.kind === 'notice') messages.push(event.message)
    }
    announceExactlyOnce({ telemetry: { emit } }, partNamed(name))
    return messages
  }

  it('says which stages and sinks may do something outside of it', () => {
    assert.deepEqual(said('vectors'), [
      'vectors is exactly-once for its topics and state; what vectors may do outside them comes again after a crash, under the same ids',
    ])
    assert.match(said('prepare')[0] ?? '', /^prepare is .* what \S+.* may do outside them/)
  })

  it('refuses a stage that sends its outputs before the commit', () => {
    assert.throws(() => said('expand'), NotExactlyOnce)
    assert.throws(() => said('expand'), /delivery\.expand: .* leave it at at-least-once/)
  })
})
