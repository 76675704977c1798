// Keeps every changed schema as the next released version: schemas/released/<subject>/<n>.avsc. Run it when a version of
// the package is released, after check-schemas.mjs passed.
import { currentSchemas, release, releasedVersions, schemasFolder } from './released-schemas.mjs'

const folder = schemasFolder(process.argv)
const changed = currentSchemas(folder).filter(
  ([subject, text]) => releasedVersions(folder, subject).at(-1)?.text !== text,
)
for (const [subject, text] of changed) console.log(`released ${release(folder, subject, text)}`)
if (changed.length === 0) console.log('nothing changed')
