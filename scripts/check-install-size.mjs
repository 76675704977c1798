// Installs the runtime dependencies (`npm ci --omit=dev`) in a scratch folder and fails when they take more than 220 MB, or
// when something was compiled or an install script ran.
import { execFileSync } from 'node:child_process'
import { cpSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const limitMb = 220
const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'archive-streams-size-'))

/** Disk blocks where the system tells them, else bytes. */
const sizeOf = (path) => {
  const stat = lstatSync(path)
  const own = stat.blocks ? stat.blocks * 512 : stat.size
  if (!stat.isDirectory()) return own
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), own)
}

try {
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    cpSync(join(root, name), join(scratch, name))
  const started = performance.now()
  const shell = process.platform === 'win32'
  execFileSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell,
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const modules = join(scratch, 'node_modules')
  const mb = sizeOf(modules) / 1e6
  const largest = readdirSync(modules)
    .map((name) => [name, sizeOf(join(modules, name)) / 1e6])
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([name, size]) => `${name} ${size.toFixed(0)}`)
  console.log(
    `runtime dependencies: ${mb.toFixed(0)} MB of ${limitMb}, in ${seconds} s (${largest.join(', ')})`,
  )
  if (mb > limitMb) process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
