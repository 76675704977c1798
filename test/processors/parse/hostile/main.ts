import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import type { HostileOutcome } from './try-hostile.ts'
import { hostileFiles } from './try-hostile.ts'

/**
 * Every hostile file in a process of its own, from parsing to chunks:
 *
 *     npm run hostile -- [--only WORDS] [--all]
 *
 * Prints those that crash, take over a second of CPU or 256 MB beyond what the process held before, or harm the next file;
 * `--all` prints every file. Ends with code 1 when there was one.
 */
const run = promisify(execFile)
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, all: { type: 'boolean', default: false } },
})
const write = (text: string) => process.stdout.write(`${text}\n`)
const child = fileURLToPath(new URL('hostile-child.js', import.meta.url))

const MOST_MILLISECONDS = 1000
const MOST_MEGABYTES = 256
const KILLED_AFTER_MS = 60_000

type Report = HostileOutcome & { bytes: number; megabytes: number; unharmed: boolean }

const attempt = async (index: number): Promise<Report | string> => {
  try {
    const { stdout } = await run(process.execPath, ['--expose-gc', child, String(index)], {
      timeout: KILLED_AFTER_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 1 << 26,
    })
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Report
  } catch (error) {
    return `crashed: ${(error as Error).message.split('\n').at(-1)}`
  }
}

const problemsOf = (report: Report | string): string[] => {
  if (typeof report === 'string') return [report]
  const total = report.parse + report.redact + report.chunk
  return [
    ...(total > MOST_MILLISECONDS ? ['CPU'] : []),
    ...(report.megabytes > MOST_MEGABYTES ? ['memory'] : []),
    ...(report.unharmed ? [] : ['harmed the next file']),
  ]
}

let failed = 0
let tried = 0
const outcomes = new Map<string, number>()
write('file'.padEnd(52) + ' parse redact  chunk ms     MB  outcome')
for (const [index, file] of hostileFiles.entries()) {
  if (!file.name.includes(values.only)) continue
  tried++
  const report = await attempt(index)
  const problems = problemsOf(report)
  if (problems.length > 0) failed++
  if (typeof report === 'string') {
    write(`${file.name}: ${report}`)
    continue
  }
  const kind = report.outcome.split(' ')[0]!
  outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1)
  if (problems.length === 0 && !values.all) continue
  const cells = [report.parse, report.redact, report.chunk].map((ms) => ms.toFixed(0).padStart(6))
  write(
    `${file.name.padEnd(52)} ${cells.join(' ')}    ${report.megabytes.toFixed(0).padStart(6)}  ${report.outcome}  ${problems.join(', ')}`,
  )
}
write(
  `${tried} files, ${failed} failed; ${[...outcomes].map(([kind, n]) => `${n} ${kind}`).join(', ')}`,
)
process.exitCode = failed > 0 ? 1 : 0
