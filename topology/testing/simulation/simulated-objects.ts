import { asUri, type Uri } from '../../../schemas/brands.ts'
import type { Clock } from '../../ports/clock.ts'
import { ObjectConflict, type ObjectStore } from '../../ports/object-store.ts'
import type { World } from './world.ts'

type Reached = Pick<ObjectStore, 'put' | 'get' | 'remove' | 'list' | 'uriOf'>

/** Not the first: that one may hang, and the engine gives a store all the time it takes. */
const attempt = 2

/** The object store of the simulated world: it takes time, fails, and is away with the rest. */
export class SimulatedObjects {
  readonly #objects = new Map<string, Uint8Array>()
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** As one process reaches it. A request counts on arrival; its answer may be lost. */
  reachedBy(clock: Clock, timeoutMs: number): ObjectStore {
    const objects = this.#objects
    const ask = (): Promise<void> => this.#world.call('files', clock, attempt, timeoutMs)
    const reached: Reached = {
      put: async (name, bytes) => {
        await ask()
        const known = objects.get(name)
        if (known && !Buffer.from(known).equals(bytes)) throw new ObjectConflict(name)
        objects.set(name, new Uint8Array(bytes))
        await ask()
        return known ? 'exists' : 'created'
      },
      get: async (uri) => {
        await ask()
        return objects.get(nameOf(uri))?.slice()
      },
      remove: async (uri) => {
        await ask()
        objects.delete(nameOf(uri))
      },
      list: async function* (prefix) {
        await ask()
        for (const name of [...objects.keys()].filter((each) => each.startsWith(prefix)).sort())
          yield { name, uri: uriOf(name), bytes: objects.get(name)?.length ?? 0 }
      },
      uriOf,
    }
    return reached as ObjectStore
  }
}

const scheme = 'simulated:///'
const uriOf = (name: string): Uri => asUri(`${scheme}${name}`)
const nameOf = (uri: Uri): string => uri.slice(scheme.length)
