import type { SeededRandom } from '../../../topology/testing/seeded-random.ts'
import type { Fault, FaultKind } from './faults.ts'
import type { Feed } from './feed.ts'
import type { Worker, Workers } from './workers.ts'

/** Something that workers need, and that goes down. */
export interface Restartable {
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
}

export interface ChaosOptions {
  readonly workers: Workers
  readonly service: Restartable
  readonly feed: Pick<Feed<unknown>, 'pause' | 'resume'>
  readonly random: SeededRandom
  /** Called before every fault; resolves when it is time for it. */
  readonly due: () => Promise<void>
  readonly say: (line: string) => void
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Pause between two faults of one lane, milliseconds. */
const between = { from: 0, to: 500 } as const

/** Carries the faults out, two at a time, and answers how many of each kind there were. */
export const unleash = async (
  faults: readonly Fault[],
  options: ChaosOptions,
): Promise<Readonly<Record<FaultKind, number>>> => {
  const done = { kill: 0, freeze: 0, service: 0, 'join-and-leave': 0 }
  const waiting = [...faults]
  const lane = async (): Promise<void> => {
    for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
      await options.due()
      await pass(options.random.int(between.from, between.to))
      options.say(`${JSON.stringify(fault)}, ${waiting.length} more`)
      await carryOut(fault, options)
      done[fault.kind]++
    }
  }
  await Promise.all([lane(), lane()])
  return done
}

const carryOut = async (fault: Fault, options: ChaosOptions): Promise<void> => {
  const { workers } = options
  switch (fault.kind) {
    case 'kill': {
      const worker = await pick(options)
      await workers.end(worker, 'SIGKILL')
      await pass(fault.ms)
      workers.start()
      return
    }
    case 'freeze': {
      const worker = await pick(options)
      process.kill(worker.process.pid, 'SIGSTOP')
      await pass(fault.ms)
      process.kill(worker.process.pid, 'SIGCONT')
      worker.busy = false
      return
    }
    case 'service':
      return restartService(options, fault.ms)
    case 'join-and-leave': {
      const worker = workers.start()
      worker.busy = true
      await pass(fault.ms)
      await workers.end(worker, 'SIGTERM')
      return
    }
  }
}

let serviceIsDown: Promise<void> = Promise.resolve()

/** The feed waits meanwhile, so that the inputs are known exactly; the workers do not. */
const restartService = async (options: ChaosOptions, ms: number): Promise<void> => {
  const before = serviceIsDown
  serviceIsDown = (async () => {
    await before
    await options.feed.pause()
    await options.service.kill()
    await pass(ms)
    await options.service.restart()
    options.feed.resume()
  })()
  await serviceIsDown
}

/** A worker to which nothing is done at the moment. */
const pick = async ({ workers, random }: ChaosOptions): Promise<Worker> => {
  for (;;) {
    const free = [...workers.all].filter(({ busy, process: it }) => !busy && it.alive())
    const worker = free[random.int(0, Math.max(0, free.length - 1))]
    if (worker) {
      worker.busy = true
      return worker
    }
    await pass(50)
  }
}
