import { parentPort, workerData } from 'node:worker_threads'
import { tryText } from './try-text.ts'

export interface FuzzWork {
  readonly from: number
  readonly runs: number
  readonly budgetMs: number
  readonly dense: boolean
  /** One number: the run at work. */
  readonly atWork: Int32Array
}

export type FuzzMessage =
  | { readonly kind: 'problem'; readonly run: number; readonly problem: string }
  | { readonly kind: 'done'; readonly findings: number }

/** Redacts the texts of runs, and says which run it is at, so that who watches can tell when one does not end. */
const { from, runs, budgetMs, dense, atWork } = workerData as FuzzWork
const tell = (message: FuzzMessage): void => parentPort!.postMessage(message)
let all = 0
for (let run = from; run < from + runs; run++) {
  Atomics.store(atWork, 0, run)
  const { findings, problem } = tryText(run, budgetMs, dense)
  all += findings
  if (problem !== undefined) tell({ kind: 'problem', run, problem })
}
tell({ kind: 'done', findings: all })
