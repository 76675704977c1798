#!/usr/bin/env node
import { isatty } from 'node:tty'
import { exitCodes } from './exit-codes.ts'
import { exitWith } from './exit-with.ts'
import { keepHeapSmall } from './keep-heap-small.ts'
import { keepYoungYoung } from './keep-young-young.ts'
import { createProgram } from './program.ts'

/**
 * Whoever reads our output may stop at any time, as `head` does: then there is nobody left to say anything to. A terminal
 * that was closed (EIO) has sent SIGHUP, and a job drains on that.
 */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.ok)
  if (error.code === 'EIO') return
  throw error
}
process.stdout.on('error', endWithReader)
process.stderr.on('error', endWithReader)

/**
 * Node aborts when it leaves with a terminal that is gone, as it cannot reset it. Whatever had to be done is done by then, and
 * there is nobody left to be told: the process ends by the signal that it got.
 */
const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor))
process.on('beforeExit', () => {
  if (terminals.every((descriptor) => isatty(descriptor))) return
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
})

keepHeapSmall()
keepYoungYoung()

/** Besides that, nothing is called `exit` on but the second Ctrl-C: output to a pipe is written to its end. */
try {
  const streams = { input: process.stdin, out: process.stdout, err: process.stderr }
  const program = createProgram(streams, (code) => (process.exitCode = code))
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = exitWith(error, process.stderr)
}
