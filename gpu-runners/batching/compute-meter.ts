import type { Clock } from '../../topology/ports/clock.ts'
import type { ModelLoad } from '../../topology/ports/model-server.ts'

/** A batch that was computed: how many items, and what they cost in tokens. */
export interface ComputedBatch {
  readonly items: number
  readonly cost: number
}

/** Knows what batches took of the server's computing. */
export interface ComputeMeter {
  /** Looks at what was computed before. To be waited for before the first batch leaves. */
  readonly begin: () => Promise<void>
  /** Milliseconds of a batch that was just computed. `idle`: nothing else is to be done, so that the server is asked. */
  readonly share: (batch: ComputedBatch, idle: boolean) => Promise<number>
}

/** How often the server is asked while there is more to do. */
const PERIOD_MS = 50
/** Share of all that is given by what came before; beyond it the server is asked first. A small first batch says little of others. */
const AHEAD = 0.02
/** For how long it is not asked after it did not tell. */
const SILENT_MS = 10_000
/** For how long anybody waits for it. */
const PATIENCE_MS = 250
/** Servers count a batch a moment after they answered it. */
const LATE_MS = 2
const LATE_LOOKS = 3

/**
 * Servers tell how long they have computed in all, not for whom. So each batch gets, by its cost, what the server computed per
 * item since this process began to ask it; what was shared out too much or too little by the last look is made up for by the next
 * batch. So the sum is what the server says, where it works for nobody else, or else this process's part of it by items.
 */
export const createComputeMeter = ({
  clock,
  load,
}: {
  readonly clock: Clock
  readonly load: () => Promise<ModelLoad | undefined>
}): ComputeMeter => {
  let base: ModelLoad | undefined
  let seen: ModelLoad | undefined
  /** What this process had computed since `base`, and what of it is shared out, in milliseconds. */
  const ours = { items: 0, cost: 0 }
  let shared = 0
  /** What it should be, by the last look, for the cost until then. */
  let due = { ms: 0, cost: 0 }
  let lookedAt = -Infinity
  let silentUntil = -Infinity
  let turn: Promise<unknown> = Promise.resolve()
  let looking: Promise<boolean> | undefined

  const rebase = (now: ModelLoad): void => {
    base = now
    ours.items = 0
    ours.cost = 0
    shared = 0
    due = { ms: 0, cost: 0 }
  }

  /** Answers whether the server has counted all that it answered before. */
  const lookOnce = async (): Promise<boolean> => {
    if (clock.now() < silentUntil) return true
    lookedAt = clock.now()
    const { items, cost } = ours
    const now = await within(
      clock,
      load().catch(() => undefined),
    )
    if (now === undefined) {
      silentUntil = clock.now() + SILENT_MS
      return true
    }
    const anew = seen !== undefined && (now.items < seen.items || now.busyMs < seen.busyMs)
    seen = now
    if (!base || anew) {
      rebase(now)
      return true
    }
    const all = now.items - base.items
    // More than all: what was answered last is not counted yet.
    if (all > 0) due = { ms: (now.busyMs - base.busyMs) * (items / all), cost }
    return all >= items
  }

  /** One at a time: an older answer must not come after a newer one. */
  const look = (): Promise<boolean> => {
    looking ??= lookOnce().finally(() => {
      looking = undefined
    })
    return looking
  }

  const settle = async (): Promise<void> => {
    // What is under way was asked before the batch was computed.
    await looking
    for (let looks = 0; looks < LATE_LOOKS && !(await look()); looks++)
      await new Promise<void>((resolve) => void clock.after(LATE_MS, resolve))
  }

  const shareNow = async ({ items, cost }: ComputedBatch, idle: boolean): Promise<number> => {
    ours.items += items
    ours.cost += cost
    const ahead = ours.cost - due.cost
    if (idle || ahead > due.cost * AHEAD) await settle()
    else if (clock.now() - lookedAt >= PERIOD_MS) void look()
    const perCost = due.cost > 0 ? due.ms / due.cost : 0
    const owed = due.ms + perCost * (ours.cost - due.cost) - shared
    const given = Math.max(0, owed)
    shared += given
    return given
  }

  const begin = async (): Promise<void> => {
    await look()
  }
  let begun: Promise<void> | undefined

  return {
    begin: () => (begun ??= begin()),
    share: (batch, idle) => {
      const mine = turn.then(() => shareNow(batch, idle))
      turn = mine
      return mine
    },
  }
}

/** Undefined when it takes too long. */
const within = <T>(clock: Clock, work: Promise<T>): Promise<T | undefined> =>
  new Promise((resolve) => {
    const cancel = clock.after(PATIENCE_MS, () => resolve(undefined))
    void work.then((value) => {
      cancel()
      resolve(value)
    })
  })
