import { parentPort, workerData } from 'node:worker_threads'
import { createFuzzer } from './try-mutant.ts'
import type { Finding } from './try-mutant.ts'

export interface FuzzWork {
  readonly from: number
  readonly runs: number
  readonly budgetMs: number
  /** One number: the run at work. */
  readonly atWork: Int32Array
}

export type FuzzMessage =
  { readonly kind: 'finding'; readonly finding: Finding } | { readonly kind: 'done' }

/** Reads mutants, and says which run it is at, so that who watches can tell when one does not end. */
const { from, runs, budgetMs, atWork } = workerData as FuzzWork
const tell = (message: FuzzMessage): void => parentPort!.postMessage(message)
const fuzz = await createFuzzer(budgetMs)
for (let run = from; run < from + runs; run++) {
  Atomics.store(atWork, 0, run)
  const finding = await fuzz(run)
  if (finding !== undefined) tell({ kind: 'finding', finding })
}
tell({ kind: 'done' })
