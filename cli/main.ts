#!/usr/bin/env node
import { createProgram } from './program.ts'
import { exitWith } from './exit-with.ts'

/** Nothing is called `exit` on but the second Ctrl-C: output to a pipe is written to its end. */
try {
  const program = createProgram(process.stdout, process.stderr, (code) => (process.exitCode = code))
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = exitWith(error, process.stderr)
}
