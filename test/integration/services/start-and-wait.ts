// Starts a process as the services do, tells its id and folder, and waits to be killed.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess, watchFolder } from '../../services/processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'archive-streams-watched-'))
watchFolder(folder)
const { pid } = startProcess({
  command: process.execPath,
  args: ['-e', 'setInterval(() => {}, 1000)'],
  cwd: folder,
  log: join(folder, 'log'),
  lifetime: 'parent',
})
process.stdout.write(`${JSON.stringify({ pid, folder })}\n`)
setInterval(() => {}, 1_000)
