import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, describe, it } from 'mocha'
import { inScratch, repository } from '../scripts/repository.ts'

/** Where a file is planted, what it says, and what the linter must answer. */
const planted: readonly (readonly [string, string, RegExp])[] = [
  ['schemas/a.ts', "export { x } from '../topology/model/x.ts'", /import direction/],
  ['topology/model/a.ts', "export { x } from '../../drivers/x.ts'", /import direction/],
  ['topology/runtime/a.ts', "export { x } from '../../processors/x.ts'", /import direction/],
  ['processors/a/a.ts', "export { x } from '../../drivers/x.ts'", /import direction/],
  ['sinks/a/a.ts', "export { x } from '../../processors/x.ts'", /import direction/],
  ['gpu-runners/a/a.ts', "export { x } from '../../cli/x.ts'", /import direction/],
  ['drivers/a/a.ts', "export { x } from '../../sinks/x.ts'", /import direction/],
  ['config/a.ts', "export { x } from '../drivers/x.ts'", /import direction/],
  ['cli/a.ts', "export { x } from '../test/x.ts'", /import direction/],
  ['topology/pipeline.ts', "export { x } from '../drivers/x.ts'", /import direction/],
  ['topology/runtime/b.ts', 'export const now = () => Date.now()', /come through ports/],
  ['topology/runtime/c.ts', 'setTimeout(() => {}, 1)', /come through ports/],
  ['topology/model/b.ts', 'export const x = Math.random()', /random\.ts/],
  ['sinks/a/b.ts', 'export default 1', /no-default-export/],
  ['sinks/a/c.ts', 'export const x = (y: any) => y', /no-explicit-any/],
  ['sinks/a/d.ts', "console.log('x')", /no-console/],
]

const allowed = ['processors/a/b.ts', "export { forward } from '../../topology/model/outcome.ts'"]

interface Diagnostic {
  readonly message: string
  readonly code: string
  readonly help?: string
  readonly filename: string
}

/** Lints files under the project's own rules, away from the project. */
const lint = (files: readonly (readonly [string, string])[]): readonly Diagnostic[] => {
  let output = ''
  inScratch((scratch) => {
    copyFileSync(join(repository, '.oxlintrc.json'), join(scratch, '.oxlintrc.json'))
    for (const [path, text] of files) {
      mkdirSync(dirname(join(scratch, path)), { recursive: true })
      writeFileSync(join(scratch, path), `${text}\n`)
    }
    const tool = join(repository, 'node_modules', 'oxlint', 'bin', 'oxlint')
    const args = [tool, '-c', '.oxlintrc.json', '--format', 'json', '.']
    output = spawnSync(process.execPath, args, { cwd: scratch, encoding: 'utf8' }).stdout
  })
  return (JSON.parse(output) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics
}

describe('the linter', () => {
  let diagnostics: readonly Diagnostic[] = []

  const complaintsAt = (path: string): string =>
    diagnostics
      .filter(({ filename }) => filename.replaceAll('\\', '/') === path)
      .map(({ code, message, help }) => `${code} ${message} ${help ?? ''}`)
      .join('\n')

  before(() => {
    const files = planted.map(([path, text]) => [path, text] as const)
    diagnostics = lint([...files, [allowed[0] ?? '', allowed[1] ?? '']])
  })

  for (const [path, text, complaint] of planted)
    it(`refuses in ${path}: ${text}`, () => assert.match(complaintsAt(path), complaint))

  it('takes what is allowed', () => assert.equal(complaintsAt(allowed[0] ?? ''), ''))
})
