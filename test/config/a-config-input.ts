import { readFileSync } from 'node:fs'
import type { ConfigInput, ConfigLoad } from '../../config/load.ts'
import { loadConfig } from '../../config/load.ts'
import { problemText } from '../../config/layer.ts'

/** A profile that is text instead of a file; other files by name. */
export const aConfigInput = (
  profile: string,
  overrides: Partial<ConfigInput> = {},
  files: Readonly<Record<string, string>> = {},
): ConfigInput => ({
  profile: './profile.yaml',
  environment: {},
  flags: [],
  readText: (path) => {
    if (path instanceof URL) return readFileSync(path, 'utf8')
    const text = path === './profile.yaml' ? profile : files[path]
    if (text === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' })
    return text
  },
  ...overrides,
})

export const loaded = (input: ConfigInput): Extract<ConfigLoad, { kind: 'loaded' }> => {
  const result = loadConfig(input)
  if (result.kind === 'invalid') throw new Error(result.problems.map(problemText).join('\n'))
  return result
}

export const problemsOf = (input: ConfigInput): readonly string[] => {
  const result = loadConfig(input)
  return result.kind === 'invalid' ? result.problems.map(problemText) : []
}
