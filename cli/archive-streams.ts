#!/usr/bin/env node
import * as modules from 'node:module'
import { join } from 'node:path'
import { exitCodes } from './exit-codes.ts'
import { holdSignals } from './job/signals.ts'
import { outOfFiles } from './out-of-files.ts'

/** They drain when they are told to leave, also while they load. The others end at once, as a process does by itself. */
if (['start', 'run'].includes(process.argv[2] ?? '')) holdSignals()

/*
 * The program as it is installed; `scripts/bundle.mjs` puts it into few files. Node 22.1 and later keep what V8 made of them for
 * the next start. That is run as it lies there, so it lies in the folder of this user and not, as by default, in one for all.
 */
const { XDG_CACHE_HOME, HOME, LOCALAPPDATA } = process.env
const caches = XDG_CACHE_HOME || (HOME ? join(HOME, '.cache') : LOCALAPPDATA)
const { enableCompileCache } = modules as {
  readonly enableCompileCache?: (folder: string) => unknown
}
if (caches) enableCompileCache?.(join(caches, 'archive-streams', 'code'))

/** What runs out here has loaded nothing that could say so. */
try {
  await import('./main.ts')
} catch (error) {
  const reason = outOfFiles(error)
  if (reason === undefined) throw error
  process.stderr.write(`archive-streams: ${reason}\n`)
  process.exitCode = exitCodes.failed
}
