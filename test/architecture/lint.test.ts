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
  ['processors/a/c.ts', "export { x } from '../b/x.ts'", /do not know each other/],
  ['processors/a/sub/a.ts', "export { x } from '../../b/x.ts'", /do not know each other/],
  ['processors/a/sub/b.ts', "export { x } from '../../../sinks/x.ts'", /import direction/],
  ['sinks/a/e.ts', "export { x } from '../b/x.ts'", /do not know each other/],
  ['gpu-runners/a/b.ts', "export { x } from '../classify/x.ts'", /do not know each other/],
  ['processors/chunk/b.ts', "export { x } from '../fetch/x.ts'", /do not know each other/],
  ['sinks/a/a.ts', "export { x } from '../../processors/x.ts'", /import direction/],
  ['gpu-runners/a/a.ts', "export { x } from '../../cli/x.ts'", /import direction/],
  ['drivers/a/a.ts', "export { x } from '../../sinks/x.ts'", /import direction/],
  ['config/a.ts', "export { x } from '../drivers/x.ts'", /import direction/],
  ['cli/a.ts', "export { x } from '../test/x.ts'", /import direction/],
  ['drivers/a/b.ts', "export { Kafka } from 'kafkajs'", /belongs to drivers\/kafka/],
  ['cli/b.ts', "export { x } from 'kafkajs/src/cluster'", /belongs to drivers\/kafka/],
  ['drivers/a/c.ts', "export { Client } from 'minio'", /belongs to drivers\/s3/],
  ['drivers/s3/a.ts', "export { Kafka } from 'kafkajs'", /belongs to drivers\/kafka/],
  ['topology/pipeline.ts', "export { x } from '../drivers/x.ts'", /import direction/],
  ['topology/runtime/b.ts', 'export const now = () => Date.now()', /come through ports/],
  ['topology/runtime/c.ts', 'setTimeout(() => {}, 1)', /come through ports/],
  ['topology/model/b.ts', 'export const x = Math.random()', /random\.ts/],
  ['sinks/a/b.ts', 'export default 1', /no-default-export/],
  ['sinks/a/c.ts', 'export const x = (y: any) => y', /no-explicit-any/],
  ['sinks/a/d.ts', "console.log('x')", /no-console/],
]

const allowed: readonly (readonly [string, string])[] = [
  ['drivers/s3/b.ts', "export { Client } from 'minio'"],
  ['processors/a/b.ts', "export { forward } from '../../topology/model/outcome.ts'"],
  ['processors/a/d.ts', "export { x } from '../formats/x.ts'"],
  ['processors/a/sub/c.ts', "export { x } from '../x.ts'"],
  ['processors/a/sub/d.ts', "export { x } from '../../formats/x.ts'"],
  ['gpu-runners/a/c.ts', "export { x } from '../batching/x.ts'"],
  ['gpu-runners/a/d.ts', "export { x } from '../chunk-set/x.ts'"],
]

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
    diagnostics = lint([...files, ...allowed])
  })

  for (const [path, text, complaint] of planted)
    it(`refuses in ${path}: ${text}`, () => assert.match(complaintsAt(path), complaint))

  for (const [path, text] of allowed)
    it(`takes in ${path}: ${text}`, () => assert.equal(complaintsAt(path), ''))
})
