import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
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
const sources = `${dirname(require.resolve('kafkajs')).split(sep).join('/')}/src`
const modules = new Map<string, Loaded>()

const files = new Map<string, string>()

/** The file of a module, or the index of a folder. */
const fileOf = (path: string): string => {
  const known = files.get(path)
  if (known !== undefined) return known
  const alone = statSync(`${path}.js`, { throwIfNoEntry: false }) !== undefined
  const file = alone ? `${path}.js` : `${path}/index.js`
  files.set(path, file)
  return file
}

const run = (file: string): Loaded => {
  const loaded: Loaded = { exports: {} }
  // Before it has run: modules refer to each other in circles.
  modules.set(file, loaded)
  const folder = file.slice(0, file.lastIndexOf('/'))
  const code = readFileSync(file, 'utf8')
  const compiled = compileFunction(code, ['exports', 'require', 'module'], {
    filename: file,
  }) as Run
  compiled(loaded.exports, (path) => requireFrom(folder, path), loaded)
  return loaded
}

const exportsOf = (file: string): unknown => (modules.get(file) ?? run(file)).exports

/** The `join` of Node looks at every character, which takes several times as long before it is hot. */
const placeOf = (folder: string, path: string): string => {
  const steps = folder.split('/')
  for (const step of path.split('/'))
    if (step === '..') steps.pop()
    else if (step !== '.' && step !== '') steps.push(step)
  return steps.join('/')
}

/** Of kafkajs by its path, of Node by its name. */
const requireFrom = (folder: string, path: string): unknown => {
  if (!path.startsWith('.')) return modules.get(path)?.exports ?? require(path)
  const at = placeOf(folder, path)
  return at.endsWith('.json') ? require(at) : exportsOf(fileOf(at))
}

/** A module of kafkajs by its path below `src`, without its ending. Nothing else in the process has the same one. */
export const loadKafkajs = <T>(path: string): T => requireFrom(sources, `./${path}`) as T

/**
 * Puts `exports` in the place of a module, which is loaded when `load` is called for the first time, or never. Throws when it was
 * loaded already: whoever did has what was to be replaced.
 */
export const standIn = (path: string, exports: (load: () => unknown) => unknown): void => {
  const file = fileOf(`${sources}/${path}`)
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

/** The same for a module of Node, where kafkajs asks for it. */
export const standInForNode = (name: string, exports: (load: () => unknown) => unknown): void =>
  void modules.set(name, { exports: exports(() => require(name)) })
