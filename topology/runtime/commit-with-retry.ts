import { Fault } from '../model/failure.ts'
import type { LogTransaction } from '../ports/record-log.ts'
import { backoffMs } from './backoff.ts'
import type { PartEnvironment } from './environment.ts'

/**
 * Commits until the log answers, and tells how that went. Gives up as fenced when `wanted` turns false. Throws fatal
 * faults.
 */
export const commitWithRetry = async (
  env: PartEnvironment,
  wanted: () => boolean,
  transaction: LogTransaction,
): Promise<'committed' | 'fenced'> => {
  const startedAt = env.ports.clock.now()
  const result = await commitUntilAnswered(env, wanted, transaction)
  const ms = env.ports.clock.now() - startedAt
  if (result === 'committed') env.telemetry.emit({ kind: 'committed', subTopology: env.name, ms })
  else env.telemetry.emit({ kind: 'fenced', subTopology: env.name })
  return result
}

const commitUntilAnswered = async (
  env: PartEnvironment,
  wanted: () => boolean,
  transaction: LogTransaction,
): Promise<'committed' | 'fenced'> => {
  for (let count = 1; wanted(); count++) {
    try {
      return await env.consumer.commit(transaction)
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === 'fatal') throw error
      await backOff(env, error, count)
    }
  }
  return 'fenced'
}

const backOff = async (env: PartEnvironment, fault: Fault, attempt: number): Promise<void> => {
  const { clock, random } = env.ports
  const { dependency, message: reason } = fault
  const stage = 'commit'
  env.telemetry.emit({ kind: 'retry', subTopology: env.name, stage, attempt, dependency, reason })
  const wait = backoffMs(env.options.retry, attempt, random.next())
  await new Promise<void>((resolve) => void clock.after(wait, resolve))
}
