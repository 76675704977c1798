// Shows that `npm run new:processor` makes something that builds, lints and passes: runs it on a scratch copy of the
// working tree's tracked files.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'archive-streams-new-'))
const name = 'weigh-tone'

const run = (command, ...args) =>
  execFileSync(command, args, { cwd: scratch, stdio: ['ignore', 'inherit', 'inherit'] })

const tracked = () =>
  execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\0')
    .filter((path) => path && !path.startsWith('examples/') && !path.startsWith('bench/results/'))

const copy = () => {
  for (const path of tracked()) {
    mkdirSync(join(scratch, dirname(path)), { recursive: true })
    cpSync(join(root, path), join(scratch, path))
  }
  symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'), 'junction')
}

const bin = (tool) => join(root, 'node_modules', tool)

try {
  copy()
  run(process.execPath, 'scripts/new-processor.mjs', name)
  run(process.execPath, bin('typescript/bin/tsc'))
  run(
    process.execPath,
    bin('oxlint/bin/oxlint'),
    '--deny-warnings',
    `processors/${name}`,
    `test/processors/${name}`,
  )
  run(
    process.execPath,
    bin('prettier/bin/prettier.cjs'),
    '--check',
    `processors/${name}`,
    `test/processors/${name}`,
    'docs',
  )
  run(
    process.execPath,
    bin('mocha/bin/mocha.js'),
    '--no-config',
    `dist/test/processors/${name}/*.test.js`,
  )
  console.log('a new processor builds and passes')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
