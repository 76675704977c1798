import { Fault, Rejected, type Failure } from '../model/failure.ts'
import { PureOverrun } from '../ports/pure-runner.ts'
import { backoffMs } from './backoff.ts'
import { bugFailure } from './bug-failure.ts'
import type { PartEnvironment } from './environment.ts'
import { Call, type Lifetime } from './lifetime.ts'

/** Thrown inside the runtime when the partition was lost or the run ended: the work is left to whoever takes over. */
export class Abandoned extends Error {}

class TimedOut extends Error {}

/** What is tried, and who asks. */
export interface Work<T> {
  readonly stage: string
  readonly timeoutMs: number | undefined
  /** Asks nothing outside: it does not wait for what is down, and its end does not show that it is back. */
  readonly pure?: boolean
  /** Ends when the partition is lost. */
  readonly lifetime: Lifetime
  /** Never throws before it has returned its promise. */
  readonly run: (call: Call) => Promise<T>
}

/** The result, or the failure that makes a dead letter. */
export type Tried<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | {
      readonly kind: 'failed'
      readonly failure: Failure
      readonly attempt: number
      readonly firstFailedAt: number
      /** The error as it was, for bisection. */
      readonly error: unknown
    }

/** What has gone wrong so far. */
interface Course {
  transient: number
  timeouts: number
  firstAt: number
  /** Whether the attempt under way is the probe of the breaker, which must report. */
  probing: boolean
}

/**
 * Tries until the work succeeds or is known to fail: transient faults with back-off, a dependency that is down behind
 * the breaker and without end, time-outs a few times, bugs and overruns not at all. Throws {@link Abandoned}.
 */
export const attempt = async <T>(env: PartEnvironment, work: Work<T>): Promise<Tried<T>> => {
  const failed: Course = { transient: 0, timeouts: 0, firstAt: 0, probing: false }
  for (let count = 1; ; count++) {
    const waits = env.breaker.open && (!work.pure || count > 1)
    failed.probing = waits && (await env.breaker.enter())
    if (work.lifetime.ended) return giveUp(env, failed)
    try {
      const value = await once(env, work, count)
      answered(env, work, failed)
      return { kind: 'ok', value }
    } catch (error) {
      failed.firstAt ||= env.ports.clock.now()
      const failure = await judge(env, work, error, failed)
      if (failure) {
        return { kind: 'failed', failure, attempt: count, firstFailedAt: failed.firstAt, error }
      }
      const dependency = error instanceof Fault ? error.dependency : 'stage'
      env.telemetry.emit({
        kind: 'retry',
        subTopology: env.name,
        stage: work.stage,
        attempt: count,
        dependency,
        ...(error instanceof Fault ? { reason: error.message } : {}),
      })
    }
  }
}

const answered = (env: PartEnvironment, { pure }: Work<unknown>, { probing }: Course): void => {
  if (!pure || probing) env.breaker.succeeded()
}

const giveUp = (env: PartEnvironment, { probing }: Course): never => {
  if (probing) env.breaker.passOn()
  throw new Abandoned()
}

/** Undefined when it is to be tried again, after having waited as long as it takes. */
const judge = async (
  env: PartEnvironment,
  work: Work<unknown>,
  error: unknown,
  failed: Course,
): Promise<Failure | undefined> => {
  if (error instanceof Fault) return retryFault(env, work, error, failed)
  if (error instanceof Abandoned || work.lifetime.ended) return giveUp(env, failed)
  if (error instanceof TimedOut) return timedOut(env, work, failed)
  answered(env, work, failed)
  if (error instanceof Rejected) return error.failure
  if (error instanceof PureOverrun) return overrun(work, error)
  return bugFailure(work.stage, error)
}

const retryFault = async (
  env: PartEnvironment,
  work: Work<unknown>,
  fault: Fault,
  failed: Course,
): Promise<undefined> => {
  if (fault.kind === 'fatal') {
    env.fail(fault)
    return giveUp(env, failed)
  }
  const { retry } = env.options
  failed.transient++
  const down = fault.kind === 'dependency-down' || failed.transient >= retry.transientAttempts
  // A probe that met any fault at all does not show that the dependency is back.
  if (down || failed.probing) {
    failed.transient = 0
    if (!env.breaker.open) sayWhatIsDown(env, fault)
    env.breaker.failed(fault.dependency)
    return
  }
  await pause(env, backoffMs(retry, failed.transient, env.ports.random.next()), work.lifetime)
}

/** Once for all that will fail now: what happened, where, and what to do about it. */
const sayWhatIsDown = (env: PartEnvironment, { message }: Fault): void =>
  env.telemetry.emit({ kind: 'notice', subTopology: env.name, message })

const timedOut = async (
  env: PartEnvironment,
  work: Work<unknown>,
  failed: Course,
): Promise<Failure | undefined> => {
  const { retry } = env.options
  if (failed.probing) env.breaker.passOn()
  failed.timeouts++
  if (failed.timeouts >= retry.timeoutAttempts) {
    const message = `stage ${work.stage} did not answer within ${work.timeoutMs} ms, ${failed.timeouts} times; raise its time-out or look at what it waits for`
    return { disposition: 'TIMEOUT', code: 'stage-timeout', message }
  }
  await pause(env, backoffMs(retry, failed.timeouts, env.ports.random.next()), work.lifetime)
  return undefined
}

const overrun = (work: Work<unknown>, error: PureOverrun): Failure =>
  error.limit === 'deadline'
    ? {
        disposition: 'TIMEOUT',
        code: 'cpu-deadline',
        message: `${work.stage} used more CPU time than its deadline; its worker was replaced`,
      }
    : {
        disposition: 'OVERSIZE',
        code: 'worker-memory',
        message: `${work.stage} used more memory than its worker may; the worker was replaced`,
      }

/** One attempt, raced against its deadline and the end of its lifetime. */
const once = <T>(env: PartEnvironment, work: Work<T>, count: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const call = new Call(count)
    const giveUp = (error: Error): void => {
      settled()
      reject(error)
      call.abort()
    }
    const forget = work.lifetime.onEnd(() => giveUp(new Abandoned()))
    const cancel =
      work.timeoutMs === undefined
        ? undefined
        : env.ports.clock.after(work.timeoutMs, () => giveUp(new TimedOut()))
    const settled = (): void => {
      forget()
      cancel?.()
    }
    work.run(call).then(
      (value) => {
        settled()
        resolve(value)
      },
      (error: unknown) => {
        settled()
        reject(error as Error)
      },
    )
  })

/** Waits, or throws {@link Abandoned} when the lifetime ends meanwhile. */
const pause = async (env: PartEnvironment, ms: number, lifetime: Lifetime): Promise<void> => {
  if (lifetime.ended) throw new Abandoned()
  await new Promise<void>((resolve) => {
    const forget = lifetime.onEnd(() => {
      cancel()
      resolve()
    })
    const cancel = env.ports.clock.after(ms, () => {
      forget()
      resolve()
    })
  })
  if (lifetime.ended) throw new Abandoned()
}
