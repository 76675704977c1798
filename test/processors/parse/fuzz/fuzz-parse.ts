import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { FuzzMessage, FuzzWork } from './fuzz-worker.ts'
import { mutantOf } from './try-mutant.ts'

/**
 * Mutants of small valid files of every format through the parser, for as long as wanted:
 *
 *     npm run fuzz:parse -- [--runs 100000] [--from 0] [--budget 2000]
 *
 * A run is a number and always the same mutant. Prints what is found, among it reading that took longer than the budget
 * (milliseconds), and where the mutant was kept. A mutant that takes twenty times the budget ends it. Ends with code 1 when
 * there was something.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    from: { type: 'string', default: '0' },
    budget: { type: 'string', default: '2000' },
  },
})
const write = (text: string): unknown => process.stdout.write(`${text}\n`)
const atWork = new Int32Array(new SharedArrayBuffer(4))
const budgetMs = Number(values.budget)
const work: FuzzWork = { from: Number(values.from), runs: Number(values.runs), budgetMs, atWork }

let found = 0
const report = (run: number, problem: string): void => {
  found++
  const { file, content } = mutantOf(run)
  const path = join(tmpdir(), `fuzz-parse-${run}`)
  writeFileSync(path, content)
  write(`run ${run}, ${file.name}: ${problem}\n  kept as ${path}`)
}

const end = (): never => {
  write(`${work.runs} runs from ${work.from}, ${found} findings`)
  process.exit(found > 0 ? 1 : 0)
}

const worker = new Worker(new URL(`./fuzz-worker${import.meta.url.slice(-3)}`, import.meta.url), {
  workerData: work,
})
worker.on('message', (message: FuzzMessage) => {
  if (message.kind === 'done') end()
  else report(message.finding.run, message.finding.problem)
})
worker.on('error', (error) => {
  report(atWork[0]!, `the thread ended: ${String(error)}`)
  end()
})

let seen = -1
setInterval(() => {
  if (atWork[0] === seen) {
    report(seen, `took more than ${20 * budgetMs} ms`)
    end()
  }
  seen = atWork[0]!
}, 20 * budgetMs)
