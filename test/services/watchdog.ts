// Ends processes whose parent is gone: reads `+PID` and `-PID` from standard input, and when that closes, however the
// parent ended, kills what was added and not taken away, and removes the folders named by `+/…`.
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

const watched = new Set<string>()

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const what = line.slice(1)
    if (line.startsWith('+')) watched.add(what)
    else watched.delete(what)
  })
  .on('close', () => {
    for (const each of watched) end(each)
    process.exit(0)
  })

const end = (what: string): void => {
  try {
    if (what.startsWith('/')) rmSync(what, { recursive: true, force: true, maxRetries: 5 })
    else process.kill(Number(what), 'SIGKILL')
  } catch {
    // It was gone already.
  }
}
// Signals to the whole group reach this process, too; only the end of standard input counts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
