import { asUri, type Uri } from '../../schemas/brands.ts'
import { ObjectConflict, type ObjectStore } from '../../topology/ports/object-store.ts'

/** An object store for unit tests that shows what it holds. */
export interface InMemoryObjectStore extends ObjectStore {
  readonly objects: ReadonlyMap<string, Uint8Array>
  /** Every call of `put`, in order. */
  readonly puts: readonly string[]
}

/** Of the same kind: `slice` of a Buffer would be a view. */
const copyOf = (bytes: Uint8Array): Uint8Array =>
  Buffer.isBuffer(bytes) ? Buffer.from(bytes) : bytes.slice()

export const inMemoryObjectStore = (): InMemoryObjectStore => {
  const objects = new Map<string, Uint8Array>()
  const puts: string[] = []
  const nameOf = (uri: Uri): string => decodeURIComponent(uri.slice('memory:///'.length))
  return {
    objects,
    puts,
    put: async (name, bytes) => {
      puts.push(name)
      const known = objects.get(name)
      if (!known) {
        objects.set(name, copyOf(bytes))
        return 'created'
      }
      if (!Buffer.from(known).equals(bytes)) throw new ObjectConflict(name)
      return 'exists'
    },
    replace: async (uri, before, bytes) => {
      const known = objects.get(nameOf(uri))
      if (!known || !Buffer.from(known).equals(before)) return 'changed'
      objects.set(nameOf(uri), copyOf(bytes))
      return 'replaced'
    },
    get: async (uri, range) => objects.get(nameOf(uri))?.slice(range?.start, range?.end),
    remove: async (uri) => void objects.delete(nameOf(uri)),
    list: async function* (prefix) {
      for (const name of [...objects.keys()].filter((each) => each.startsWith(prefix)).sort()) {
        yield { name, uri: uriOf(name), bytes: objects.get(name)!.length }
      }
    },
    uriOf,
    close: async () => undefined,
  }
}

const uriOf = (name: string): Uri =>
  asUri(`memory:///${name.split('/').map(encodeURIComponent).join('/')}`)
