import type { Clock } from '../ports/clock.ts'

interface Timer {
  readonly at: number
  /** Order of registration, which breaks ties. */
  readonly order: number
  fire: (() => void) | undefined
}

/** A clock that stands still until it is told to go on. Timers fire by time, those of one instant by registration. */
export class ManualClock implements Clock {
  #now: number
  #order = 0
  /** At least as many as there are cancelled timers in the heap. */
  #cancelled = 0
  /** Binary heap: no timer is due before its parent. */
  readonly #heap: Timer[] = []

  /** Begins at `start`, epoch milliseconds. */
  constructor(start = 1_700_000_000_000) {
    this.#now = start
  }

  readonly now = (): number => this.#now

  readonly after = (ms: number, fire: () => void): (() => void) => {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, fire }
    this.#heap.push(timer)
    this.#rise(this.#heap.length - 1)
    return () => {
      if (!timer.fire) return
      timer.fire = undefined
      this.#cancelled++
      if (this.#cancelled > 1_000 && this.#cancelled * 2 > this.#heap.length)
        this.#forgetCancelled()
    }
  }

  /** When the next timer is due; undefined when there is none. */
  get next(): number | undefined {
    while (this.#heap[0] && !this.#heap[0].fire) this.#pop()
    return this.#heap[0]?.at
  }

  /** Moves to `at` and fires what is due by then. What the timers start must settle before the clock moves on. */
  moveTo(at: number): void {
    for (let due = this.next; due !== undefined && due <= at; due = this.next) {
      this.#now = Math.max(this.#now, due)
      const timer = this.#pop()
      const fire = timer?.fire
      if (timer) timer.fire = undefined
      fire?.()
    }
    this.#now = Math.max(this.#now, at)
  }

  #forgetCancelled(): void {
    const kept = this.#heap.filter((timer) => timer.fire)
    this.#heap.length = 0
    this.#cancelled = 0
    for (const timer of kept) this.#rise(this.#heap.push(timer) - 1)
  }

  #pop(): Timer | undefined {
    const top = this.#heap[0]
    const last = this.#heap.pop()
    if (last && this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink(0)
    }
    return top
  }

  #rise(index: number): void {
    for (let i = index; i > 0;) {
      const parent = (i - 1) >> 1
      if (!this.#swapIfBefore(i, parent)) return
      i = parent
    }
  }

  #sink(index: number): void {
    for (let i = index; ;) {
      const left = 2 * i + 1
      const child = this.#before(left + 1, left) ? left + 1 : left
      if (!this.#swapIfBefore(child, i)) return
      i = child
    }
  }

  #before(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (!a || !b) return false
    return a.at !== b.at ? a.at < b.at : a.order < b.order
  }

  #swapIfBefore(child: number, parent: number): boolean {
    if (!this.#before(child, parent)) return false
    const moved = this.#heap[child]!
    this.#heap[child] = this.#heap[parent]!
    this.#heap[parent] = moved
    return true
  }
}
