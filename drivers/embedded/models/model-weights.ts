import { readFileSync } from 'node:fs'
import type { LinearModel } from './linear-classifier.ts'

/** The package's root, from the compiled file in `dist/` and from the source alike. */
const ROOT = new URL(
  import.meta.url.endsWith('.ts') ? '../../../' : '../../../../',
  import.meta.url,
)

/** Reads the weights of one of the package's linear classifiers. Throws when the package lacks the file. */
export function loadLinearModel(name: string): LinearModel {
  const file = new URL(`gpu-runners/models/${name}/weights.json`, ROOT)
  return JSON.parse(readFileSync(file, 'utf8')) as LinearModel
}
