// A member of a consumer group in a process of its own that copies numbers as fast as it can, one transaction each: the
// number of the next offset goes to the results, with a note about it. Says `copies from N` for every assignment, `copied N`
// for every commit and `fenced` when one was refused.
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { LogTransaction } from '../../../topology/ports/record-log.ts'
import { aRecord, aTransaction } from '../../contracts/record-log-harness.ts'
import { optionsFor, topicNamed } from './connections.ts'

const [bootstrap = '', prefix = ''] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const documents = topicNamed('documents')
const log = await createKafkaRecordLog(optionsFor(bootstrap, { prefix, sessionTimeoutMs: 1_500 }))
const consumer = await log.join('g', [documents], 'exactly-once')
let current = 0

const untilAnswered = async (transaction: LogTransaction): Promise<'committed' | 'fenced'> => {
  for (;;) {
    try {
      return await consumer.commit(transaction)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
    }
  }
}

const copy = async (epoch: number, from: number): Promise<void> => {
  for (let number = from; current === epoch; number++) {
    const at = { topic: documents, partition: 0 }
    const transaction = aTransaction(epoch, {
      outputs: [aRecord(topicNamed('results'), 'a', `${number}`)],
      state: [{ key: 'k', value: Buffer.from(`${number}`) }],
      offsets: [{ ...at, offset: number + 1, metadata: `done ${number}` }],
    })
    if ((await untilAnswered(transaction)) === 'fenced') return say('fenced')
    say(`copied ${number}`)
  }
}

for (;;) {
  for (const event of await consumer.poll(50)) {
    if (event.kind === 'revoked') current = 0
    if (event.kind !== 'assigned') continue
    const [at] = event.partitions
    if (!at) continue
    current = event.epoch
    say(`copies from ${at.offset}`)
    void copy(event.epoch, at.offset)
  }
}
