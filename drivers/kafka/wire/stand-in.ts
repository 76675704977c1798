import { createRequire, Module } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Looked up once: each look takes several calls to the file system. */
const sources = join(dirname(require.resolve('kafkajs')), 'src')

/**
 * Puts `exports` in the place of a module of kafkajs, which is loaded when `load` is called for the first time, or never.
 * Throws when it was loaded already: whoever did has what was to be replaced.
 */
export const standIn = (path: string, exports: (load: () => unknown) => unknown): void => {
  const file = join(sources, `${path}.js`)
  if (require.cache[file]) throw new Error(`${file} was loaded before it could be replaced`)
  const stand = new Module(file)
  let original: unknown
  const load = (): unknown => {
    if (original === undefined) {
      delete require.cache[file]
      original = require(file)
    }
    return original
  }
  stand.filename = file
  stand.loaded = true
  stand.exports = exports(load)
  require.cache[file] = stand
}
