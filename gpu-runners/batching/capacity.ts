/** Room for items, counted by number and bytes, with a queue at the door. First come, first served. */
export interface Capacity {
  /** Takes room for an item now, if there is some and nobody waits before it. */
  readonly tryTake: (bytes: number) => boolean
  /** Calls `enter` once there is room, which is then taken. Returns what leaves the queue. */
  readonly waitFor: (bytes: number, enter: () => void) => () => void
  /** Gives the room of an item back. */
  readonly give: (bytes: number) => void
}

/** Makes a capacity. An item larger than `maxBytes` enters when nothing else is inside. */
export function createCapacity(limits: {
  readonly maxItems: number
  readonly maxBytes: number
}): Capacity {
  interface Door {
    readonly bytes: number
    readonly enter: () => void
  }
  const doors = new Set<Door>()
  let items = 0
  let held = 0

  const fits = (bytes: number): boolean =>
    items === 0 || (items < limits.maxItems && held + bytes <= limits.maxBytes)
  const take = (bytes: number): void => {
    items++
    held += bytes
  }
  const admit = (): void => {
    for (const door of doors) {
      if (!fits(door.bytes)) return
      doors.delete(door)
      take(door.bytes)
      door.enter()
    }
  }

  return {
    tryTake: (bytes) => {
      if (doors.size > 0 || !fits(bytes)) return false
      take(bytes)
      return true
    },
    waitFor: (bytes, enter) => {
      const door: Door = { bytes, enter }
      doors.add(door)
      return () => {
        // The next in line may be smaller.
        if (doors.delete(door)) admit()
      }
    },
    give: (bytes) => {
      items--
      held -= bytes
      admit()
    },
  }
}
