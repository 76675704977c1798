// Released schema versions: schemas/released/<subject>/<n>.avsc, with a line in schemas/released/SHA256SUMS each, so that
// a released version that was edited is noticed. Shared by check-schemas.mjs and release-schemas.mjs.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder named by `--schemas DIR`, or schemas/ of the repository. */
export const schemasFolder = (argv) => {
  const at = argv.indexOf('--schemas')
  return at < 0 ? fileURLToPath(new URL('../schemas/', import.meta.url)) : argv[at + 1]
}

/** Line ends may be those of the machine. */
const readText = (path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n')

const sumOf = (text) => createHash('sha256').update(text).digest('hex')

/** Current schemas as [subject, text]. */
export const currentSchemas = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.avsc'))
    .sort()
    .map((name) => [name.slice(0, -'.avsc'.length), readText(join(folder, name))])

const sumsPath = (folder) => join(folder, 'released', 'SHA256SUMS')

/** Sums as written, by `subject/n.avsc`. */
const readSums = (folder) =>
  new Map(
    existsSync(sumsPath(folder))
      ? readText(sumsPath(folder))
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split('  ').toReversed())
      : [],
  )

/** Released versions of a subject in order, as {name, version, text}. */
export const releasedVersions = (folder, subject) => {
  const from = join(folder, 'released', subject)
  if (!existsSync(from)) return []
  return readdirSync(from)
    .filter((name) => /^\d+\.avsc$/.test(name))
    .map((name) => ({
      name: `${subject}/${name}`,
      version: Number.parseInt(name, 10),
      text: readText(join(from, name)),
    }))
    .sort((a, b) => a.version - b.version)
}

/** Subjects that have a released version. */
export const releasedSubjects = (folder) => {
  const from = join(folder, 'released')
  if (!existsSync(from)) return []
  return readdirSync(from, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** Released files that were edited, added by hand or removed. */
export const alteredReleases = (folder) => {
  const sums = readSums(folder)
  const present = new Map(
    releasedSubjects(folder)
      .flatMap((subject) => releasedVersions(folder, subject))
      .map(({ name, text }) => [name, sumOf(text)]),
  )
  const gone = [...sums.keys()].filter((name) => !present.has(name))
  const edited = [...present].filter(([name, sum]) => sums.get(name) !== sum).map(([name]) => name)
  return [...gone, ...edited].sort()
}

/** Writes the next version of a subject and its sum. */
export const release = (folder, subject, text) => {
  const version = (releasedVersions(folder, subject).at(-1)?.version ?? 0) + 1
  const name = `${subject}/${version}.avsc`
  mkdirSync(join(folder, 'released', subject), { recursive: true })
  writeFileSync(join(folder, 'released', name), text)
  const sums = [...readSums(folder).set(name, sumOf(text))].sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(sumsPath(folder), sums.map(([file, sum]) => `${sum}  ${file}\n`).join(''))
  return name
}
