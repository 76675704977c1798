import { readdirSync } from 'node:fs'

/** This folder in the package, from the compiled file in `dist/` and from the source alike. */
export const modelsFolder = new URL(
  import.meta.url.endsWith('.ts') ? './' : '../../../gpu-runners/models/',
  import.meta.url,
)

/** The models of the package, by their folders. */
export const modelNames = (): readonly string[] =>
  readdirSync(modelsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
