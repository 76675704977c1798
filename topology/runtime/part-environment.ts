import { Batcher } from './batcher.ts'
import { Breaker } from './breaker.ts'
import { Committer } from './committer.ts'
import type { PartEnvironment, ProcessEnvironment, RuntimeEnvironment } from './environment.ts'
import { FlightOrder } from './flight-order.ts'
import type { Plan, Step } from './plan.ts'
import { Semaphore } from './semaphore.ts'

/** What a member adds to the environment of its process. */
type Membership = Pick<PartEnvironment, 'consumer' | 'delivery' | 'fail'>

/** Makes what the parts of a sub-topology share, and starts what of it works by itself. */
export const partEnvironment = (
  env: ProcessEnvironment & Membership,
  name: string,
  plans: readonly Plan[],
): PartEnvironment => {
  const steps = plans.flatMap((plan) => plan.steps.flatMap(withDescendants))
  for (const step of steps) if (step.kind === 'pure') env.pure.prepare(name, step.nodes)
  const batchers = batchersOf(steps)
  const committer = new Committer()
  const partEnv: PartEnvironment = {
    ...env,
    name,
    breaker: breakerOf(env, name),
    semaphores: semaphoresOf(steps),
    batchers,
    committer,
    order: new FlightOrder(),
  }
  committer.start(partEnv)
  for (const batcher of batchers.values()) batcher.start(partEnv)
  return partEnv
}

const withDescendants = (step: Step): readonly Step[] =>
  'next' in step ? [step, ...step.next.flatMap(withDescendants)] : [step]

const breakerOf = (
  { ports: { clock, random }, options, telemetry }: RuntimeEnvironment,
  subTopology: string,
): Breaker =>
  new Breaker(clock, options.retry, random.next, (open, dependency) => {
    const state = open ? 'open' : 'closed'
    telemetry.emit({ kind: 'breaker', subTopology, dependency, state })
  })

const semaphoresOf = (steps: readonly Step[]): PartEnvironment['semaphores'] =>
  new Map(
    steps.flatMap((step) =>
      step.kind === 'asking' ? [[step.id, new Semaphore(step.stage.concurrency)] as const] : [],
    ),
  )

const batchersOf = (steps: readonly Step[]): PartEnvironment['batchers'] =>
  new Map(
    steps.flatMap((step) =>
      step.kind === 'sink' && step.sink.kind === 'batch-sink'
        ? [[step.sink.name, new Batcher(step.sink)] as const]
        : [],
    ),
  )
