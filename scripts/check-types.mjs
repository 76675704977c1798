// Compiles test/types, where every line that must not compile is marked with the error it must give.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const { status } = spawnSync(
  process.execPath,
  [at('node_modules/typescript/bin/tsc'), '-p', at('test/types/tsconfig.json')],
  { stdio: ['ignore', 'inherit', 'inherit'] },
)
if (status === 0) console.log('what must not compile does not')
process.exitCode = status ?? 1
