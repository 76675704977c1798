// The schema gate: every schema must be FULL_TRANSITIVE compatible with all released versions of its subject (each reads
// the other), released versions must be as they were released, and the generated types must be current. Names the
// field. Needs a build. `--schemas DIR` looks at another folder and leaves the generated types out.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { incompatibilities } from '../dist/schemas/compatibility.js'
import {
  alteredReleases,
  currentSchemas,
  releasedSubjects,
  releasedVersions,
  schemasFolder,
} from './released-schemas.mjs'

const folder = schemasFolder(process.argv)

const sentence = (subject, direction, { path, message }) =>
  `${subject}${path ? `.${path}` : ''}: ${message} (${direction})`

const against = (subject, text, { version, text: released }) => [
  ...incompatibilities(text, released).map((each) =>
    sentence(subject, `current reads version ${version}`, each),
  ),
  ...incompatibilities(released, text).map((each) =>
    sentence(subject, `version ${version} reads current`, each),
  ),
]

const problemsOf = ([subject, text]) => {
  const versions = releasedVersions(folder, subject)
  if (versions.length === 0)
    return [`${subject}: has no released version; run node scripts/release-schemas.mjs`]
  try {
    return versions.flatMap((released) => against(subject, text, released))
  } catch (error) {
    return [`${subject}: ${error.message}`]
  }
}

const schemas = currentSchemas(folder)
const subjects = new Set(schemas.map(([subject]) => subject))
const problems = [
  ...alteredReleases(folder).map((name) => `released/${name}: is not as it was released`),
  ...releasedSubjects(folder)
    .filter((subject) => !subjects.has(subject))
    .map((subject) => `${subject}: was released and is gone`),
  ...schemas.flatMap(problemsOf),
]

if (!process.argv.includes('--schemas')) {
  const script = fileURLToPath(new URL('generate-schemas.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  if (status !== 0) problems.push(stderr.trim())
}

for (const problem of problems) console.error(problem)
if (problems.length > 0) {
  console.error(
    '\nA released schema can be read for ever. Add fields with a default, give enums a default symbol, never rename or' +
      '\nretype; for anything else make a new subject (CONTRIBUTING.md).',
  )
  process.exit(1)
}
console.log(`${schemas.length} schemas are compatible with every released version`)
