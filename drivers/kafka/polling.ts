import type { Clock } from '../../topology/ports/clock.ts'
import type { LogConsumer, LogEvent } from '../../topology/ports/record-log.ts'

/** Waits for events that come on their own time. */
export interface Polling {
  readonly poll: LogConsumer['poll']
  /** Has a waiting poll look again. */
  readonly wake: () => void
}

/** A poll comes back as soon as `next` has events, or when its time is over. What `next` throws, the poll throws. */
export const createPolling = (clock: Clock, next: () => readonly LogEvent[]): Polling => {
  let wake: () => void = () => undefined
  let polling = false

  const news = (): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        wake = () => undefined
        resolve()
      }
    })

  /** One timer, not a deadline: the time of day may be set back meanwhile. */
  const wait = async (maxWaitMs: number): Promise<readonly LogEvent[]> => {
    let events = next()
    if (events.length > 0 || maxWaitMs <= 0) return events
    let over = false
    const cancel = clock.after(maxWaitMs, () => {
      over = true
      wake()
    })
    try {
      while (events.length === 0 && !over) {
        await news()
        events = next()
      }
      return events
    } finally {
      cancel()
    }
  }

  return {
    wake: () => wake(),
    poll: async (maxWaitMs) => {
      if (polling) throw new Error('poll is called again before the last poll came back')
      polling = true
      try {
        return await wait(maxWaitMs)
      } finally {
        polling = false
      }
    },
  }
}
