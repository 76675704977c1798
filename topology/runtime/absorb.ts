import type { Outcome } from '../model/outcome.ts'
import type { PureResult } from '../ports/pure-runner.ts'
import { Abandoned, type Tried } from './attempt.ts'
import type { PartEnvironment } from './environment.ts'
import { joined, type InFlight } from './in-flight.ts'
import type { AskingStep, PureStep } from './plan.ts'

/** Books what a step returned and answers the values that go on. */
export const absorb = (
  env: PartEnvironment,
  flight: InFlight,
  step: PureStep | AskingStep,
  tried: Tried<PureResult | Outcome<unknown>>,
): readonly unknown[] => {
  if (!flight.task.alive) throw new Abandoned()
  if (tried.kind === 'failed') {
    const stage = stageOf(step, step.kind === 'pure' ? (step.nodes[0] ?? '') : step.id)
    flight.fail({ ...tried, stage: step.id, stageVersion: stage.version })
    return []
  }
  if ('kind' in tried.value) return absorbOutcome(flight, step, stageOf(step, ''), tried.value)
  const { node, outcome, cpuMs } = tried.value
  for (const [name, ms] of Object.entries(cpuMs)) {
    env.telemetry.emit({ kind: 'stage-cpu', subTopology: env.name, stage: name, ms })
  }
  return absorbOutcome(flight, step, stageOf(step, node), outcome)
}

const absorbOutcome = (
  flight: InFlight,
  step: PureStep | AskingStep,
  stage: { readonly name: string; readonly version: number },
  outcome: Outcome<unknown>,
): readonly unknown[] => {
  const failedNow = { stage: stage.name, stageVersion: stage.version, attempt: 1, firstFailedAt: 0 }
  switch (outcome.kind) {
    case 'forward':
      flight.book(outcome.facts)
      flight.state = joined(flight.state, outcome.state ?? [])
      if (outcome.failures && outcome.failures.length > 0) {
        const failures = outcome.failures.map((failure) => ({ ...failedNow, failure }))
        flight.failures = joined(flight.failures, failures)
      }
      return outcome.values
    case 'forward-stream': {
      const sinks = step.next.filter((next) => next.kind === 'topic-sink')
      if (sinks.length < step.next.length) throw new Error('a stream may only go to topics')
      flight.streams = joined(flight.streams, [{ values: outcome.values, sinks }])
      return []
    }
    case 'drop':
      flight.dropReason = outcome.reason
      flight.book(outcome.facts)
      return []
    case 'dead-letter':
      flight.fail({ ...failedNow, failure: outcome.failure })
      return []
  }
}

const stageOf = (step: PureStep | AskingStep, node: string): { name: string; version: number } => {
  if (step.kind === 'asking') return step.stage
  return step.stages[step.nodes.indexOf(node)] ?? { name: step.id, version: 0 }
}
