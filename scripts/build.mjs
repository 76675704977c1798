// Compiles the sources to dist/ and puts the programs into few files. What was there goes first: a stale compiled test would
// still run. Does nothing where DIST_IS_BUILT=1 says that dist/ is that of these sources, as in .ci/run, whose checks follow
// each other.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const build = async () => {
  rmSync(at('dist'), { recursive: true, force: true })
  const compiler = at('node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-p', at('tsconfig.json')], {
    stdio: 'inherit',
  })
  if (status === 0) await import('./bundle.mjs')
  else process.exitCode = status ?? 1
}

if (process.env.DIST_IS_BUILT !== '1') await build()
