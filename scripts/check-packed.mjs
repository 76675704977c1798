// Packs the package, installs the tarball in a scratch folder as a stranger would, and runs it by npx: `--help`, then the
// demo over the example archive that is in the tarball; then compiles a file that tests a stage with it. Needs a build.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'archive-streams-packed-'))

/** Each expected error would be missing, which is an error itself, were the types unknown. */
const stranger = `
import { createTestDriver, ManualClock } from 'archive-streams/testing'
import type { PureStage } from 'archive-streams/topology/model/stage'
// @ts-expect-error a clock is no number
export const clock: number = new ManualClock()
// @ts-expect-error a stage is no text
export const stage: PureStage<string, number> = 'stage'
// @ts-expect-error a driver needs a topology
export const driver = createTestDriver()
`

const run = (command, args, cwd) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
    maxBuffer: 1 << 26,
  })

try {
  const packed = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], root),
  )
  const { filename, entryCount } = Array.isArray(packed) ? packed[0] : Object.values(packed)[0]
  const megabytes = statSync(join(scratch, filename)).size / 1e6
  console.log(`${filename}: ${entryCount} files, ${megabytes.toFixed(1)} MB`)
  writeFileSync(join(scratch, 'package.json'), '{"private": true}\n')
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`], scratch)
  const help = run('npx', ['--no-install', 'archive-streams', '--help'], scratch)
  if (!/archive-streams/.test(help)) throw new Error('--help says nothing')
  const archive = join(scratch, 'node_modules', 'archive-streams', 'examples', 'archive')
  const demo = ['start', '--json', '--source', archive, '--data-dir', join(scratch, 'data')]
  const report = run('npx', ['--no-install', 'archive-streams', ...demo], scratch)
  const { documents } = JSON.parse(report.trim().split('\n').at(-1))
  if (!(documents.published > 0)) throw new Error('the demo published nothing')
  console.log(`the demo delivered ${documents.delivered} of ${documents.published} documents`)
  writeFileSync(join(scratch, 'types.ts'), stranger)
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', '']
  run(process.execPath, [compiler, ...options, 'types.ts'], scratch)
  console.log('its types are known to whoever imports it')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
