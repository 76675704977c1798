import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import { createEmbeddedRecordLog } from '../../../drivers/embedded/record-log/embedded-record-log.ts'
import { createManualClock } from '../../contracts/manual-clock.ts'
import { text, topicName } from '../../contracts/record-log-harness.ts'
import { temporaryFolder } from './temporary-folder.ts'

const child = fileURLToPath(
  new URL(`record-log-kill-child${import.meta.url.slice(-3)}`, import.meta.url),
)
const documents = topicName('documents')
const results = topicName('results')

/** Runs the copying process until it has acknowledged `commits` commits, kills it, and tells the last offset it said. */
const runAndKill = async (dataDir: string, commits: number): Promise<number> => {
  const running = spawn(process.execPath, [child, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(running, 'exit')
  let said = ''
  for await (const piece of running.stdout) {
    said += String(piece)
    if (said.split('\n').length > commits) running.kill('SIGKILL')
  }
  const [, signal] = (await exited) as [number | null, string | null]
  assert.equal(signal, 'SIGKILL', 'the process was killed in the middle of its work')
  // The last line may be cut.
  return Number(said.split('\n').at(-2))
}

describe('the embedded log under kill -9', () => {
  it('keeps outputs, state and offset together and loses nothing acknowledged', async function () {
    this.timeout(60_000)
    const folder = temporaryFolder()
    for (const commits of [1, 7, 20, 2, 33]) {
      const acknowledged = await runAndKill(folder.path, commits)
      const log = await createEmbeddedRecordLog({
        dataDir: folder.path,
        clock: createManualClock(),
      })
      const [committed] = await log.committed('copy')
      const offset = committed?.offset ?? 0
      assert.ok(offset >= acknowledged, 'an acknowledged commit is there')
      assert.equal(committed?.metadata, `${offset - 1}`)
      const copies = await log.read({ topic: results, partition: 0 }, 0, 1e6)
      assert.deepEqual(
        copies.map((record) => text(record.value)),
        Array.from({ length: offset }, (_, index) => `${index}`),
      )
      const consumer = await log.join('copy', [documents])
      const state = Buffer.from(consumer.readState('copied') ?? [])
      assert.equal(state.readUInt32BE(), offset)
      await log.close()
    }
    folder.remove()
  })
})
