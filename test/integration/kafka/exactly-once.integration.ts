import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { kafka } from '../../services/services.ts'
import {
  aRecord,
  aTransaction,
  text,
  watch,
  type Watched,
} from '../../contracts/record-log-harness.ts'
import { until } from './an-engine-on-kafka.ts'
import { optionsFor, topicNamed } from './connections.ts'

const documents = topicNamed('documents')
const results = topicNamed('results')
const script = new URL(`./copying-member.${import.meta.url.slice(-2)}`, import.meta.url).pathname

interface Member {
  readonly child: ChildProcess
  /** Waits until it has said so many lines that begin like this. */
  readonly says: (start: string, times: number) => Promise<void>
}

const startMember = (bootstrap: string, prefix: string): Member => {
  const child = spawn(process.execPath, ['--enable-source-maps', script, bootstrap, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  let wake = (): void => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    wake()
  })
  const says = async (start: string, times: number): Promise<void> => {
    while (lines.filter((line) => line.startsWith(start)).length < times)
      await new Promise<void>((resolve) => (wake = resolve))
  }
  return { child, says }
}

for (const version of ['kafka-4.3.1', 'kafka-3.9.2'] as const)
  describe(`exactly-once on ${version}, with members that commit all the time`, function () {
    this.timeout(90_000)
    let log: RecordLog
    let prefix: string
    let bootstrap: string
    let members: Member[]

    const start = (): Member => {
      const member = startMember(bootstrap, prefix)
      members.push(member)
      return member
    }

    const takeOver = async (): Promise<Watched> => {
      const other = watch(await log.join('g', [documents], 'exactly-once'), (it) => it, 50)
      await other.until(() => other.owned().length === 1)
      return other
    }

    /** What every reader sees, and where the topic ends with all that nobody sees. */
    const visible = async (): Promise<{
      readonly numbers: readonly number[]
      readonly end: number
    }> => {
      const [end = 0] = await log.ends(results)
      const records = await log.read({ topic: results, partition: 0 }, 0, 100_000)
      return { numbers: records.map(({ value }) => Number(text(value))), end }
    }

    const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

    beforeEach(async () => {
      ;({ bootstrap } = (await kafka(version)).address)
      const options = optionsFor(bootstrap, { sessionTimeoutMs: 1_500 })
      prefix = options.prefix ?? ''
      members = []
      log = await createKafkaRecordLog(options)
      await log.ensureTopics([
        { name: documents, partitions: 1, cleanup: 'delete' },
        { name: results, partitions: 1, cleanup: 'delete' },
      ])
      await log.produce(upTo(20_000).map((number) => aRecord(documents, 'a', `${number}`)))
    })

    afterEach(async () => {
      for (const { child } of members) child.kill('SIGKILL')
      await log.close()
    })

    it('shows every number once, though each member is killed in the middle of its work', async () => {
      let hidden = 0
      for (let round = 1; round <= 6; round++) {
        const member = start()
        await member.says('copied', 20)
        // At another place of the transaction in every round.
        await new Promise((resolve) => setTimeout(resolve, 2 * round))
        member.child.kill('SIGKILL')
        const other = await takeOver()
        const [at] = other.owned()
        const done = at?.offset ?? 0
        assert.equal(at?.metadata, `done ${done - 1}`)
        assert.equal(text(other.consumer.readState('k') ?? null), `${done - 1}`)
        const { numbers, end } = await visible()
        assert.deepEqual(numbers, upTo(done))
        // A record and its mark take two offsets; what was given up, and the mark of that, are what is left.
        hidden = end - 2 * done
        await other.consumer.leave()
      }
      assert.ok(hidden > 0, 'no member was killed in the middle of a transaction')
    })

    it('fences a member that was frozen in the middle of its work, and shows nothing of it', async () => {
      const member = start()
      await member.says('copied', 20)
      member.child.kill('SIGSTOP')
      const other = await takeOver()
      const from = other.owned()[0]?.offset ?? 0
      assert.deepEqual((await visible()).numbers, upTo(from))
      for (let number = from; number < from + 5; number++) {
        const answer = await other.consumer.commit(
          aTransaction(other.epoch(), {
            outputs: [aRecord(results, 'a', `${number}`)],
            offsets: [
              { topic: documents, partition: 0, offset: number + 1, metadata: `done ${number}` },
            ],
          }),
        )
        assert.equal(answer, 'committed')
      }
      member.child.kill('SIGCONT')
      await member.says('fenced', 1)
      // What is committed becomes visible with its mark, a moment later.
      await until(async () => (await visible()).numbers.length >= from + 5)
      assert.deepEqual((await visible()).numbers, upTo(from + 5))
      assert.deepEqual(
        (await log.committed('g')).map(({ offset, metadata }) => [offset, metadata]),
        [[from + 5, `done ${from + 4}`]],
      )
    })
  })
