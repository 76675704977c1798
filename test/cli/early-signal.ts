import { syncBuiltinESMExports } from 'node:module'
import v8 from 'node:v8'
import { isMainThread } from 'node:worker_threads'

/*
 * Loaded before a command, which then gets SIGTERM as the first thing that its main module does: it has loaded, and looked at
 * nothing yet.
 */

const set = v8.setFlagsFromString

if (isMainThread) {
  v8.setFlagsFromString = (flags) => {
    v8.setFlagsFromString = set
    syncBuiltinESMExports()
    process.kill(process.pid, 'SIGTERM')
    set(flags)
  }
  syncBuiltinESMExports()
}
