/** A value ready for `postMessage`. */
export interface Packed {
  readonly value: unknown
  /** Memory that moves to the other thread; the sender cannot use it any more. */
  readonly transfer: readonly ArrayBuffer[]
}

/** Smaller pieces are copied: moving memory costs more than that. */
const transferBytes = 64 * 1024
/** Objects and arrays looked into, and how deep; what is beyond is cloned as it is. */
const mostVisited = 2000
const deepest = 4

type TypedArray = Uint8Array | Int32Array | Float32Array

const isTypedArray = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Prepares a value for another thread: large typed arrays are moved instead of copied, and a view of a part gets its own
 * memory first, because cloning a view clones everything behind it.
 */
export const packValue = (value: unknown): Packed => {
  if (typeof value !== 'object' || value === null) return { value, transfer: [] }
  const packer = new Packer()
  return { value: packer.pack(value, 0), transfer: [...packer.transfer] }
}

/** Of one value. */
class Packer {
  readonly transfer = new Set<ArrayBuffer>()
  #visited = 0

  pack(item: object, depth: number): unknown {
    if (isTypedArray(item)) return this.#packArray(item)
    if (depth > deepest || ++this.#visited > mostVisited) return item
    if (Array.isArray(item)) return this.#packItems(item, depth)
    return isPlain(item) ? this.#packEntries(item as Record<string, unknown>, depth) : item
  }

  #packArray(array: TypedArray): TypedArray {
    const own = array.byteLength === array.buffer.byteLength
    const packed = own ? array : (Uint8Array.prototype.slice.call(array) as TypedArray)
    const { buffer } = packed
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= transferBytes)
      this.transfer.add(buffer)
    return packed
  }

  #packEntries(object: Readonly<Record<string, unknown>>, depth: number): unknown {
    let changed: Record<string, unknown> | undefined
    for (const key in object) {
      const before = object[key]
      if (typeof before !== 'object' || before === null) continue
      const after = this.pack(before, depth + 1)
      if (after !== before) (changed ??= { ...object })[key] = after
    }
    return changed ?? object
  }

  #packItems(items: readonly unknown[], depth: number): unknown {
    let changed: unknown[] | undefined
    for (const [index, before] of items.entries()) {
      if (typeof before !== 'object' || before === null) continue
      const after = this.pack(before, depth + 1)
      if (after !== before) (changed ??= [...items])[index] = after
    }
    return changed ?? items
  }
}
