import type { Outcome } from '../model/outcome.ts'
import type { OrderMode } from '../model/stage.ts'
import type { PureResult } from '../ports/pure-runner.ts'
import { Abandoned, attempt, type Tried } from './attempt.ts'
import type { PartEnvironment } from './environment.ts'
import { guard } from './guard.ts'
import type { InFlight } from './in-flight.ts'
import type { Step } from './plan.ts'
import { serdeOf } from './serdes.ts'

type PureStep = Extract<Step, { kind: 'pure' }>
type AskingStep = Extract<Step, { kind: 'asking' }>

/** Takes a record through every step below its source. Resolves when it has passed all of them. */
export const walk = async (
  env: PartEnvironment,
  flight: InFlight,
  steps: readonly Step[],
  values: readonly unknown[],
): Promise<void> => {
  await Promise.all(steps.map((step) => pass(env, flight, step, values)))
}

const pass = async (
  env: PartEnvironment,
  flight: InFlight,
  step: Step,
  values: readonly unknown[],
): Promise<void> => {
  switch (step.kind) {
    case 'topic-sink':
      return guard(env, flight, () => collectOutputs(env, flight, step, values))
    case 'sink':
      return void flight.writes.push(...values.map((value) => ({ sink: step.sink.name, value })))
    case 'select': {
      const picked = guard(env, flight, () => values.flatMap((value) => step.select(value)))
      return walk(env, flight, step.next, picked ?? [])
    }
    case 'pure':
    case 'asking': {
      const results = await inOrder(flight, step, () => runAll(env, flight, step, values))
      return walk(env, flight, step.next, results)
    }
  }
}

/** Waits for the predecessor, works, then opens the gate. */
const inOrder = async <T>(
  flight: InFlight,
  step: { readonly id: string; readonly order: OrderMode },
  work: () => Promise<T>,
): Promise<T> => {
  await predecessor(flight, step.order)?.passed(step.id)
  if (!flight.task.alive) throw new Abandoned()
  const result = await work()
  flight.pass(step.id)
  return result
}

const predecessor = (flight: InFlight, order: OrderMode): InFlight | undefined => {
  switch (order) {
    case 'key':
      return flight.previousOfKey
    case 'partition':
      return flight.previousOfPartition
    case 'none':
      return undefined
  }
}

const runAll = async (
  env: PartEnvironment,
  flight: InFlight,
  step: PureStep | AskingStep,
  values: readonly unknown[],
): Promise<readonly unknown[]> => {
  const results: unknown[] = []
  for (const value of values) {
    if (flight.dead) break
    const tried = await tryStep(env, flight, step, value)
    guard(env, flight, () => results.push(...absorb(env, flight, step, tried)))
  }
  return flight.dead ? [] : results
}

const tryStep = async (
  env: PartEnvironment,
  flight: InFlight,
  step: PureStep | AskingStep,
  value: unknown,
): Promise<Tried<PureResult>> => {
  const { clock } = env.ports
  const startedAt = clock.now()
  const semaphore = env.semaphores.get(step.id)
  const run = (): Promise<Tried<PureResult>> =>
    step.kind === 'pure' ? runPure(env, flight, step, value) : runAsking(env, flight, step, value)
  const tried = await (semaphore ? semaphore.run(run) : run())
  env.telemetry.emit({
    kind: 'stage-time',
    subTopology: env.name,
    stage: step.id,
    ms: clock.now() - startedAt,
  })
  return tried
}

const contextOf = (flight: InFlight, count: number) => ({
  attempt: count,
  key: flight.record?.key ?? '',
  timestamp: flight.source.timestamp,
})

/** A pure step has its deadline in the runner, which kills the thread; no timer here. */
const runPure = (env: PartEnvironment, flight: InFlight, step: PureStep, value: unknown) =>
  attempt(env, {
    stage: step.id,
    timeoutMs: undefined,
    signal: flight.task.signal,
    run: (_signal, count) =>
      env.pure.run({
        subTopology: env.name,
        nodes: step.nodes,
        value,
        context: contextOf(flight, count),
        deadlineMs: step.deadlineMs,
      }),
  })

const runAsking = (env: PartEnvironment, flight: InFlight, step: AskingStep, value: unknown) =>
  attempt(env, {
    stage: step.id,
    timeoutMs: step.stage.timeoutMs,
    signal: flight.task.signal,
    run: async (signal, count): Promise<PureResult> => {
      const get = (key: string): Uint8Array | undefined => {
        const pending = flight.pendingState(key)
        return pending ? (pending.value ?? undefined) : env.consumer.readState(key)
      }
      const state = { get }
      const context = { ...contextOf(flight, count), ports: env.ports, signal, state }
      return { node: step.id, outcome: await step.stage.run(value, context), cpuMs: {} }
    },
  })

const stageOf = (step: PureStep | AskingStep, node: string): { name: string; version: number } => {
  if (step.kind === 'asking') return step.stage
  return step.stages[step.nodes.indexOf(node)] ?? { name: step.id, version: 0 }
}

/** Books what a step returned and answers the values that go on. */
const absorb = (
  env: PartEnvironment,
  flight: InFlight,
  step: PureStep | AskingStep,
  tried: Tried<PureResult>,
): readonly unknown[] => {
  if (!flight.task.alive) throw new Abandoned()
  if (tried.kind === 'failed') {
    const stage = stageOf(step, step.kind === 'pure' ? (step.nodes[0] ?? '') : step.id)
    flight.fail({ ...tried, stage: step.id, stageVersion: stage.version })
    return []
  }
  for (const [node, ms] of Object.entries(tried.value.cpuMs)) {
    env.telemetry.emit({ kind: 'stage-cpu', subTopology: env.name, stage: node, ms })
  }
  const stage = stageOf(step, tried.value.node)
  return absorbOutcome(flight, step, stage, tried.value.outcome)
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
      flight.state.push(...(outcome.state ?? []))
      flight.failures.push(
        ...(outcome.failures ?? []).map((failure) => ({ ...failedNow, failure })),
      )
      return outcome.values
    case 'forward-stream': {
      const sinks = step.next.filter((next) => next.kind === 'topic-sink')
      flight.streams.push({ values: outcome.values, sinks })
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

/** Encodes values for a topic. Throws what the codec throws: a value that does not fit is a bug of the stage. */
export const encodeOutput = (
  env: PartEnvironment,
  flight: InFlight,
  step: Extract<Step, { kind: 'topic-sink' }>,
  value: unknown,
) => ({
  topic: step.topic.name,
  key: step.key ? Buffer.from(step.key(value)) : flight.source.key,
  value: serdeOf(env, step.topic.name).encode(value),
  timestamp: flight.source.timestamp,
  headers: flight.source.headers,
})

const collectOutputs = (
  env: PartEnvironment,
  flight: InFlight,
  step: Extract<Step, { kind: 'topic-sink' }>,
  values: readonly unknown[],
): void => {
  for (const value of values) flight.outputs.push(encodeOutput(env, flight, step, value))
}
