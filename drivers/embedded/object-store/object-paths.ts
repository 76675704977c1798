import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { asUri, type Uri } from '../../../schemas/brands.ts'
import { isObjectName } from '../../../topology/model/object-name.ts'
import { DataFolderMoved } from './data-folder-moved.ts'

/** Where objects lie below the root folder of a store, and back. */
export interface ObjectPaths {
  /** Throws `RangeError` when the name is none of an object. */
  readonly pathOf: (name: string) => string
  /** Throws when the URI is of no object of this store, {@link DataFolderMoved} where it seems to be of its old place. */
  readonly pathOfUri: (uri: Uri) => string
  readonly uriOf: (name: string) => Uri
}

/** Names that need neither escaping nor a closer look. Almost all names are such. */
const plain = /^(?:[\w=@+-](?:[\w.=@+-]*[\w=@+-])?\/)*[\w=@+-](?:[\w.=@+-]*[\w=@+-])?$/
const longestPlain = 255

const isPlain = (name: string): boolean => name.length <= longestPlain && plain.test(name)

/** The data folder whose store has the object, going by how stores lie in them. */
const folderOfStore = (uri: Uri): string | undefined => {
  const match = /^(file:\/\/.+)\/objects\/(?!.*\/objects\/).*[^/.]$/.exec(uri)
  return match?.[1] === undefined ? undefined : fileURLToPath(match[1])
}

const nameBelow = (folder: string, uri: Uri): string =>
  relative(folder, fileURLToPath(uri)).split(sep).join('/')

/** `places`: URIs of where the folder of the store lay before; an object that was there is here now. */
export const createObjectPaths = (root: string, places: readonly string[] = []): ObjectPaths => {
  const rootUri = `${pathToFileURL(root).href}/`
  const earlier = places.filter((place) => place !== rootUri)
  const before = `${root}${sep}`

  const pathOf = (name: string): string => {
    if (isPlain(name)) return before + (sep === '/' ? name : name.replaceAll('/', sep))
    if (!isObjectName(name)) throw new RangeError('not the name of an object')
    return join(root, ...name.split('/'))
  }

  return {
    pathOf,
    pathOfUri: (uri) => {
      const place = uri.startsWith(rootUri) ? rootUri : earlier.find((each) => uri.startsWith(each))
      const name = place === undefined ? '' : uri.slice(place.length)
      if (isPlain(name)) return pathOf(name)
      if (place !== undefined) return pathOf(nameBelow(fileURLToPath(place), uri))
      const was = folderOfStore(uri)
      if (was !== undefined) throw new DataFolderMoved(was, dirname(root))
      return pathOf(nameBelow(root, uri))
    },
    uriOf: (name) => asUri(isPlain(name) ? rootUri + name : pathToFileURL(pathOf(name)).href),
  }
}
