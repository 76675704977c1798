import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { encodeItem, type Item } from './item.ts'
import { inputs } from './proof-topology.ts'

/** Puts inputs in, key after key, each numbered. */
export interface Feed {
  readonly sent: () => readonly Item[]
  /** Resolves when nothing is under way. */
  readonly pause: () => Promise<void>
  readonly resume: () => void
  /** Goes on at full speed until so many are in. */
  readonly finish: (count: number) => Promise<void>
}

const keys = 300
const tickMs = 50
const mostAtOnce = 200

/** Begins at once, and sends while fewer are in than `allowed` says. */
export const startFeed = (log: RecordLog, allowed: () => number): Feed => {
  const sent: Item[] = []
  let paused = false
  let ended = false
  let underWay: Promise<void> = Promise.resolve()

  const send = async (count: number): Promise<void> => {
    const items = Array.from({ length: count }, (_, index) => {
      const number = sent.length + index
      return { key: `k${number % keys}`, seq: Math.floor(number / keys) }
    })
    const timestamp = Date.now()
    const topic = inputs.name
    await log.produce(
      items.map((item) => {
        const value = encodeItem(item)
        return { topic, key: Buffer.from(item.key), value, timestamp, headers: {} }
      }),
    )
    sent.push(...items)
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
