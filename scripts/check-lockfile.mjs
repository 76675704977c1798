// Checks that `npm ci` can work from the committed lockfile on Linux, macOS and Windows: every optional package that some
// package names is in it (npm leaves out those of other platforms under some conditions), with an integrity, and every
// family of native packages has one for each of the three systems. Also that direct dependencies are pinned exactly.
// `--lock FILE` and `--package FILE` look at other files.
import { readFileSync } from 'node:fs'

const fileOf = (flag, name) => {
  const at = process.argv.indexOf(flag)
  return at < 0 ? new URL(`../${name}`, import.meta.url) : process.argv[at + 1]
}
const lock = JSON.parse(readFileSync(fileOf('--lock', 'package-lock.json'), 'utf8'))
const manifest = JSON.parse(readFileSync(fileOf('--package', 'package.json'), 'utf8'))
const systems = ['linux', 'darwin', 'win32']

/** The entry that `name` resolves to for the package at `from`, as Node would look for it. */
const resolve = (from, name) => {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const entry = lock.packages[`${at ? `${at}/` : ''}node_modules/${name}`]
    if (entry || at === '') return entry
  }
}

const problems = []
let families = 0
for (const [path, entry] of Object.entries(lock.packages)) {
  const names = Object.keys(entry.optionalDependencies ?? {})
  const found = names.map((name) => [name, resolve(path, name)])
  for (const [name, target] of found)
    if (!target)
      problems.push(`${path || 'the package'} needs ${name}, which is not in the lockfile`)
    else if (!target.integrity) problems.push(`${name} has no integrity in the lockfile`)
  const native = found.filter(([, target]) => target?.os)
  if (native.length === 0) continue
  families += 1
  for (const system of systems)
    if (!native.some(([, target]) => target.os.includes(system)))
      problems.push(`${path} has no native package for ${system}`)
}

for (const kind of ['dependencies', 'devDependencies'])
  for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
    if (!/^\d+\.\d+\.\d+[\w.+-]*$/.test(version)) problems.push(`${name} is not pinned: ${version}`)
    const locked = lock.packages[`node_modules/${name}`]?.version
    if (locked !== version)
      problems.push(`${name} is ${version} in package.json, ${locked} in the lockfile`)
  }

for (const problem of problems) console.error(problem)
if (problems.length > 0) {
  console.error(
    '\nMake the lockfile anew: remove node_modules and package-lock.json, run npm install.',
  )
  process.exit(1)
}
console.log(`the lockfile has ${families} families of native packages for ${systems.join(', ')}`)
