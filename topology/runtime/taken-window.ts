import type { Uri } from '../../schemas/brands.ts'
import { encodeSegment, padNumber } from '../model/object-name.ts'
import type { TopicPartition } from '../model/record.ts'
import { ObjectConflict, type ObjectStore } from '../ports/object-store.ts'
import { printBytes } from './repeats.ts'

/**
 * Records of a partition that are remembered. Far more than lie between a result and its copy: a stage that is killed had at most
 * one commit of 1,000 records on its way, and has at most 512 at work when it does them again.
 */
export const windowRecords = 16_384

/**
 * The prints of the newest records that a range sink took of a partition, oldest first. They lie in the object store as
 * `taken/<sink>/<topic>+<partition>+<end of the range>`, put after the files of a range and before its commit: whoever takes the
 * partition over leaves out the same records, so that a claimed range gets the same bytes again.
 */
export class TakenWindow {
  readonly #objects: ObjectStore
  readonly #prefix: string
  #prints: Uint8Array | undefined
  /** The object that holds them, and those from before it. */
  #objectsSoFar: Uri[] = []

  constructor(objects: ObjectStore, sink: string, { topic, partition }: TopicPartition) {
    this.#objects = objects
    this.#prefix = `taken/${encodeSegment(sink)}/${encodeSegment(topic)}+${partition}+`
  }

  /** What was taken before a range: as of the last one that ended at its start or before. Empty when that is not known. */
  async before(start: number): Promise<Uint8Array> {
    if (this.#prints) return this.#prints
    const found: Uri[] = []
    for await (const { name, uri } of this.#objects.list(this.#prefix))
      if (Number(name.slice(this.#prefix.length)) <= start) found.push(uri)
    const newest = found.at(-1)
    const prints = new Uint8Array((newest && (await this.#objects.get(newest))) ?? [])
    this.#objectsSoFar = found
    this.#prints = prints
    return prints
  }

  /** Remembers what a range took, durably. To be called before the range is committed; may come again. */
  async add(end: number, taken: Uint8Array): Promise<void> {
    const all = Buffer.concat([this.#prints ?? new Uint8Array(), taken])
    const name = `${this.#prefix}${padNumber(end)}`
    const bytes = new Uint8Array(all.subarray(-windowRecords * printBytes))
    this.#prints = await this.#putOnce(name, bytes)
    this.#objectsSoFar.push(this.#objects.uriOf(name))
  }

  /** Removes what nobody needs once the last range is committed. What is left of it is removed by the next owner. */
  async removeOlder(): Promise<void> {
    const older = this.#objectsSoFar.splice(0, this.#objectsSoFar.length - 1)
    await Promise.allSettled(older.map(async (uri) => this.#objects.remove(uri)))
  }

  /** Where an earlier attempt took others, its files stand too (the log was compacted since): what it remembered holds. */
  async #putOnce(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    try {
      await this.#objects.put(name, bytes)
      return bytes
    } catch (error) {
      if (!(error instanceof ObjectConflict)) throw error
      return new Uint8Array((await this.#objects.get(this.#objects.uriOf(name))) ?? bytes)
    }
  }
}
