import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Inside the store's folder; object names cannot begin with a dot. One URI a line, the oldest first. */
const fileName = '.places'

/** URIs, each with a slash at its end, of where the folder of a store lay whenever something was written to it. */
export const readPlaces = (root: string): readonly string[] => {
  try {
    return readFileSync(join(root, fileName), 'utf8').split('\n').filter(Boolean)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Notes that the folder lies here, where that is new: on disk before the first object gets a URI of this place. */
export const notePlace = (root: string): readonly string[] => {
  const here = `${pathToFileURL(root).href}/`
  const known = readPlaces(root)
  if (known.includes(here)) return known
  const places = [...known, here]
  const aside = join(root, `${fileName}.new`)
  writeFileSync(aside, `${places.join('\n')}\n`, { flush: true })
  renameSync(aside, join(root, fileName))
  return places
}
