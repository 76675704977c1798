import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { compileFunction } from 'node:vm'

/*
 * Modules of kafkajs, from where the package lies. Node looks for each of its 160 small files at several places, follows links and
 * looks for a package.json in every folder on the way, which takes as long as all else of a module. kafkajs names its modules
 * by relative paths only, without their endings, so one look at each is enough.
 */

interface Loaded {
  exports: unknown
}

type Run = (exports: unknown, require: (path: string) => unknown, module: Loaded) => void

const require = createRequire(import.meta.url)
const sources = join(dirname(require.resolve('kafkajs')), 'src')
const modules = new Map<string, Loaded>()

const files = new Map<string, string>()

/** The file of a module, or the index of a folder. */
const fileOf = (path: string): string => {
  const known = files.get(path)
  if (known !== undefined) return known
  const alone = statSync(`${path}.js`, { throwIfNoEntry: false }) !== undefined
  const file = alone ? `${path}.js` : join(path, 'index.js')
  files.set(path, file)
  return file
}

const run = (file: string): Loaded => {
  const loaded: Loaded = { exports: {} }
  // Before it has run: modules refer to each other in circles.
  modules.set(file, loaded)
  const folder = dirname(file)
  const code = readFileSync(file, 'utf8')
  const compiled = compileFunction(code, ['exports', 'require', 'module'], {
    filename: file,
  }) as Run
  compiled(loaded.exports, (path) => requireFrom(folder, path), loaded)
  return loaded
}

const exportsOf = (file: string): unknown => (modules.get(file) ?? run(file)).exports

const requireFrom = (folder: string, path: string): unknown => {
  if (!path.startsWith('.')) return require(path)
  const at = join(folder, path)
  return at.endsWith('.json') ? require(at) : exportsOf(fileOf(at))
}

/** A module of kafkajs by its path below `src`, without its ending. Nothing else in the process has the same one. */
export const loadKafkajs = <T>(path: string): T => requireFrom(sources, `./${path}`) as T

/**
 * Puts `exports` in the place of a module, which is loaded when `load` is called for the first time, or never. Throws when it was
 * loaded already: whoever did has what was to be replaced.
 */
export const standIn = (path: string, exports: (load: () => unknown) => unknown): void => {
  const file = fileOf(join(sources, path))
  if (modules.has(file)) throw new Error(`${file} was loaded before it could be replaced`)
  let original: unknown
  const stand: Loaded = { exports: undefined }
  stand.exports = exports(() => {
    original ??= run(file).exports
    modules.set(file, stand)
    return original
  })
  modules.set(file, stand)
}
