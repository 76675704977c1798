// Writes examples/archive and the list of the personal data planted in it, examples/archive.canaries.json. Everything is
// invented and a function of the code here: the same bytes on every machine. `--check` writes nothing and fails when
// the committed files differ; `--out DIR` writes archive/ and archive.canaries.json somewhere else.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addChats } from './example-archive/chats.mjs'
import { addDocuments } from './example-archive/documents.mjs'
import { addMails } from './example-archive/mails.mjs'

const outAt = process.argv.indexOf('--out')
const out =
  outAt < 0 ? fileURLToPath(new URL('../examples', import.meta.url)) : process.argv[outAt + 1]
const folder = join(out, 'archive')
const canariesPath = join(out, 'archive.canaries.json')

const archive = new Map()
const planted = new Map()

/**
 * Adds a file. `build` is given `plant(type, value, policy)`, which notes a value that must not leave the pipeline under
 * that policy.
 */
const add = (path, build) => {
  const plant = (type, value, policy = 'default') => {
    const known = planted.get(value) ?? { type, value, policy, files: new Set() }
    if (known.type !== type) throw new Error(`${value} is planted as ${known.type} and ${type}`)
    known.files.add(path)
    planted.set(value, known)
    return value
  }
  if (archive.has(path)) throw new Error(`${path} is added twice`)
  archive.set(path, Buffer.from(build(plant)))
}

addMails(add)
addChats(add)
addDocuments(add)

const canaries = [...planted.values()]
  .map(({ type, value, policy, files }) => ({ type, value, policy, files: [...files].sort() }))
  .sort((a, b) => (a.type + a.value < b.type + b.value ? -1 : 1))
const canariesText = `${JSON.stringify(canaries, null, 2)}\n`

/** Paths of the files that are there now. */
const present = () => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  } catch {
    return []
  }
}

if (process.argv.includes('--check')) {
  const differs = (path, wanted) => {
    try {
      return !readFileSync(path).equals(wanted)
    } catch {
      return true
    }
  }
  const stale = [
    ...[...archive]
      .filter(([path, bytes]) => differs(join(folder, path), bytes))
      .map(([path]) => path),
    ...present().filter((path) => !archive.has(path)),
    ...(differs(canariesPath, Buffer.from(canariesText)) ? ['archive.canaries.json'] : []),
  ]
  for (const path of stale) console.error(`examples/${path} is not what the generator writes`)
  process.exit(stale.length > 0 ? 1 : 0)
}

rmSync(folder, { recursive: true, force: true })
for (const [path, bytes] of archive) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), bytes)
}
writeFileSync(canariesPath, canariesText)
console.log(
  `${archive.size} files, ${canaries.length} planted values of ${new Set(canaries.map(({ type }) => type)).size} types`,
)
