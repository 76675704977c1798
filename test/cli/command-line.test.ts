import assert from 'node:assert/strict'
import { Command } from 'commander'
import { describe, it } from 'mocha'
import { createCommandLine } from '../../cli/command-line.ts'

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** What a warning of the engine and a note of a command write to standard error. */
const noted = (isTTY: boolean): readonly string[] => {
  const written: string[] = []
  const err = { isTTY, write: (text: string) => written.push(text) }
  const streams = { input: nothing(), out: { write: () => true }, err }
  const { outputOf, telemetryOf } = createCommandLine(new Command(), streams, () => {})
  // Off a terminal, log lines go to the standard error of the process itself.
  if (isTTY)
    telemetryOf({ profile: 'embedded' }).emit({
      kind: 'notice',
      subTopology: 'prepare',
      message: 'it is late',
    })
  outputOf({ profile: 'embedded' }).note('draining')
  return written
}

describe('the command line', () => {
  it('writes log lines and notes on a terminal where the progress line stands', () => {
    assert.deepEqual(noted(true), ['\r\u001B[Kwarn  prepare: it is late\n', '\r\u001B[Kdraining\n'])
  })

  it('writes them as they are elsewhere', () => {
    assert.deepEqual(noted(false), ['draining\n'])
  })
})
