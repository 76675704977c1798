import type { ProduceRecord } from '../../../topology/ports/record-log.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'

/** Puts inputs in, one after the other, each numbered. */
export interface Feed<T> {
  readonly sent: () => readonly T[]
  /** Resolves when nothing is under way. */
  readonly pause: () => Promise<void>
  readonly resume: () => void
  /** Goes on at full speed until so many are in. */
  readonly finish: (count: number) => Promise<void>
}

/** The n-th input, from 0, and the records that it is. */
export type InputAt<T> = (number: number) => {
  readonly item: T
  readonly records: readonly ProduceRecord[]
}

const tickMs = 50
const mostAtOnce = 200

/** Begins at once, and sends while fewer are in than `allowed` says. */
export const startFeed = <T>(
  log: Pick<RecordLog, 'produce'>,
  allowed: () => number,
  at: InputAt<T>,
): Feed<T> => {
  const sent: T[] = []
  let paused = false
  let ended = false
  let underWay: Promise<void> = Promise.resolve()

  const send = async (count: number): Promise<void> => {
    const inputs = Array.from({ length: count }, (_, index) => at(sent.length + index))
    await log.produce(inputs.flatMap(({ records }) => records))
    sent.push(...inputs.map(({ item }) => item))
  }

  const run = async (): Promise<void> => {
    while (!ended) {
      const count = Math.min(mostAtOnce, allowed() - sent.length)
      if (!paused && count > 0) await (underWay = send(count))
      await new Promise((resolve) => setTimeout(resolve, tickMs))
    }
  }
  const running = run()

  return {
    sent: () => sent,
    pause: async () => {
      paused = true
      await underWay
    },
    resume: () => void (paused = false),
    finish: async (count) => {
      ended = true
      await running
      while (sent.length < count) await send(Math.min(2_000, count - sent.length))
    },
  }
}
