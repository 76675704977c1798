#!/usr/bin/env node
import { exitCodes } from './exit-codes.ts'
import { exitWith } from './exit-with.ts'
import { createProgram } from './program.ts'

/** Whoever reads our output may stop at any time, as `head` does: then there is nobody left to say anything to. */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.ok)
  throw error
}
process.stdout.on('error', endWithReader)
process.stderr.on('error', endWithReader)

/** Besides that, nothing is called `exit` on but the second Ctrl-C: output to a pipe is written to its end. */
try {
  const streams = { input: process.stdin, out: process.stdout, err: process.stderr }
  const program = createProgram(streams, (code) => (process.exitCode = code))
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = exitWith(error, process.stderr)
}
