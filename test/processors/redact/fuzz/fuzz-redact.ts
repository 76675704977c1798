import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { FuzzMessage, FuzzWork } from './fuzz-worker.ts'
import { textOf } from './try-text.ts'

/**
 * Random texts of values, words and shreds through redaction by every operator, for as long as wanted:
 *
 *     npm run fuzz:redact -- [--runs 1000000] [--from 0] [--budget 2000] [--dense]
 *
 * A run is a number and always the same text; `--dense` makes them short, a few values run together. Each must end within the budget
 * (milliseconds of CPU), its findings must lie apart, and redacting again must change nothing. What takes twenty times the budget ends it.
 * Prints what is found and the count; ends with code 1 when there was something. All texts are invented.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    from: { type: 'string', default: '0' },
    budget: { type: 'string', default: '2000' },
    dense: { type: 'boolean', default: false },
  },
})
const write = (text: string): unknown => process.stdout.write(`${text}\n`)
const atWork = new Int32Array(new SharedArrayBuffer(4))
const budgetMs = Number(values.budget)
const { dense } = values
const work: FuzzWork = {
  from: Number(values.from),
  runs: Number(values.runs),
  budgetMs,
  dense,
  atWork,
}

let problems = 0
const report = (run: number, problem: string): void => {
  problems++
  write(`run ${run}: ${problem}\n  ${JSON.stringify(textOf(run, dense))}`)
}

const end = (runs: number, findings: string): never => {
  write(
    `${runs} runs from ${work.from} ended, ${findings} findings of personal data, ${problems} problems`,
  )
  process.exit(problems > 0 ? 1 : 0)
}

const worker = new Worker(new URL(`./fuzz-worker${import.meta.url.slice(-3)}`, import.meta.url), {
  workerData: work,
})
worker.on('message', (message: FuzzMessage) => {
  if (message.kind === 'done') end(work.runs, String(message.findings))
  else report(message.run, message.problem)
})
worker.on('error', (error) => {
  report(atWork[0]!, `the thread ended: ${String(error)}`)
  end(atWork[0]! - work.from, 'uncounted')
})

let seen = -1
setInterval(() => {
  if (atWork[0] === seen) {
    report(seen, `took more than ${20 * budgetMs} ms`)
    end(seen - work.from, 'uncounted')
  }
  seen = atWork[0]!
}, 20 * budgetMs)
