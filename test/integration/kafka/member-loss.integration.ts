import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { kafka } from '../../services/services.ts'
import { aRecord, aTransaction, watch, type Watched } from '../../contracts/record-log-harness.ts'
import { optionsFor, topicNamed } from './connections.ts'

const documents = topicNamed('documents')
const results = topicNamed('results')
const script = new URL(`./member.${import.meta.url.slice(-2)}`, import.meta.url).pathname

interface Member {
  readonly child: ChildProcessByStdio<Writable, Readable, null>
  /** Waits for a line that it says, also one said before. */
  readonly says: (line: string) => Promise<void>
  readonly said: () => readonly string[]
}

describe('a member of a Kafka group in another process', function () {
  this.timeout(60_000)
  let log: RecordLog
  let member: Member

  const start = (bootstrap: string, prefix: string, lingerMs = 0): Member => {
    const args = ['--enable-source-maps', script, bootstrap, prefix, String(lingerMs)]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines: string[] = []
    let wake = (): void => {}
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      wake()
    })
    const says = async (line: string): Promise<void> => {
      while (!lines.includes(line)) await new Promise<void>((resolve) => (wake = resolve))
    }
    return { child, says, said: () => lines }
  }

  /** Another member that takes everything over. */
  const takeOver = async (): Promise<Watched> => {
    const other = watch(await log.join('g', [documents]), (it) => it, 100)
    await other.until(() => other.owned().length === 2)
    return other
  }

  let restart: (lingerMs: number) => Promise<void>

  beforeEach(async () => {
    const { bootstrap } = (await kafka('kafka-4.3.1')).address
    const options = optionsFor(bootstrap, { sessionTimeoutMs: 1_500 })
    restart = async (lingerMs) => {
      member.child.kill('SIGKILL')
      member = start(bootstrap, options.prefix ?? '', lingerMs)
      await member.says('owns 2')
    }
    log = await createKafkaRecordLog(options)
    await log.ensureTopics([
      { name: documents, partitions: 2, cleanup: 'delete' },
      { name: results, partitions: 1, cleanup: 'delete' },
    ])
    await log.produce([aRecord(documents, 'a', '1'), aRecord(documents, 'a', '2')])
    member = start(bootstrap, options.prefix ?? '')
    await member.says('owns 2')
    await member.says('got 1')
  })

  afterEach(async () => {
    member.child.kill('SIGKILL')
    await log.close()
  })

  it('that was frozen for too long and wakes up commits nothing and writes nothing', async () => {
    member.child.kill('SIGSTOP')
    const other = await takeOver()
    const offsets = [{ topic: documents, partition: 0, offset: 1, metadata: 'by the other' }]
    const answer = await other.consumer.commit(aTransaction(other.epoch(), { offsets }))
    assert.equal(answer, 'committed')
    // It finds the order to commit on waking, before it can have heard that it is out.
    member.child.stdin.write('commit 2\n')
    member.child.kill('SIGCONT')
    await member.says('fenced')
    assert.deepEqual(await log.ends(results), [0])
    assert.deepEqual(await log.committed('g'), offsets)
    assert.equal(other.consumer.readState('k'), undefined)
  })

  it('that was frozen while its records waited for their turn writes none of them', async () => {
    await restart(1_000)
    member.child.stdin.write('commit 0\n')
    await member.says('committed')
    member.child.stdin.write('commit 2\n')
    await member.says('committing 2')
    member.child.kill('SIGSTOP')
    const other = await takeOver()
    const offsets = [{ topic: documents, partition: 0, offset: 1, metadata: 'by the other' }]
    await other.consumer.commit(aTransaction(other.epoch(), { offsets }))
    member.child.kill('SIGCONT')
    await member.says('fenced')
    assert.deepEqual(await log.ends(results), [1])
    assert.deepEqual(await log.committed('g'), offsets)
  })

  it('that is killed leaves what it had not committed to the others', async () => {
    member.child.stdin.write('commit 0\n')
    await member.says('committed')
    member.child.kill('SIGKILL')
    const other = await takeOver()
    await other.until(() => other.records().length === 2)
    assert.deepEqual([...(other.consumer.readState('k') ?? [])], [1])
    assert.deepEqual(await log.ends(results), [1])
  })
})
