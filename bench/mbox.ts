import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeMbox } from './mail-corpus.ts'
import type { Expanded } from './mail/expand-mbox.ts'
import { saveResult } from './save-result.ts'

/**
 * Finds the mails of an mbox of 10 GB in a process of its own, and says how much memory that process took at most:
 *
 *     npm run bench:mbox [-- --gigabytes 10]
 *
 * The mails are generated, each with an image of 20 KB. Ends with 1 where a mail is missed or memory goes beyond the mark of 150 MB.
 */
const MARK_BYTES = 150e6
const child = new URL('./mail/expand-mbox.js', import.meta.url).pathname

const { values } = parseArgs({ options: { gigabytes: { type: 'string', default: '10' } } })
const bytes = Number(values.gigabytes) * 1e9
if (!(bytes > 0)) throw new Error(`--gigabytes: not a size: ${values.gigabytes}`)

const expandInChild = async (file: string): Promise<Expanded> => {
  const expanding = spawn(process.execPath, [child, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  expanding.stdout.on('data', (data: Buffer) => (text += data.toString()))
  const [code] = (await once(expanding, 'close')) as [number]
  if (code !== 0) throw new Error(`expanding ended with exit code ${code}`)
  return JSON.parse(text) as Expanded
}

const folder = await mkdtemp(join(tmpdir(), 'bench-mbox-'))
try {
  const file = join(folder, 'archive.mbox')
  const written = await writeMbox(file, bytes, 1, 20_000)
  const found = await expandInChild(file)
  const megabytesPerSecond = found.bytes / 1e6 / found.seconds
  const missed = found.members !== written
  console.log(
    `${(found.bytes / 1e9).toFixed(1)} GB: ${found.members} of ${written} mails, ${megabytesPerSecond.toFixed(0)} MB/s, ${found.cpuSeconds.toFixed(1)} CPU-s, peak ${(found.peakRssBytes / 1e6).toFixed(0)} MB (mark 150)`,
  )
  await saveResult('mbox', { ...found, written, megabytesPerSecond })
  if (missed || found.peakRssBytes > MARK_BYTES) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
