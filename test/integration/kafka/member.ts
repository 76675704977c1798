// A member of a consumer group in a process of its own. Says `owns N` when that changes and `got N` for every record; for
// `commit N` on standard input it says `committing N`, commits N as done in partition 0 with an output and state, and says
// what came of it. Its records wait for company for `linger` milliseconds.
import { createInterface } from 'node:readline'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { aRecord, aTransaction } from '../../contracts/record-log-harness.ts'
import { optionsFor, topicNamed } from './connections.ts'

const [bootstrap = '', prefix = '', linger = '0'] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const documents = topicNamed('documents')
const log = await createKafkaRecordLog(
  optionsFor(bootstrap, { prefix, sessionTimeoutMs: 1_500, lingerMs: Number(linger) }),
)
const consumer = await log.join('g', [documents])
let epoch = 0

createInterface({ input: process.stdin }).on('line', (line) => {
  const offset = Number(line.split(' ')[1])
  const transaction = aTransaction(epoch, {
    outputs: [aRecord(topicNamed('results'), 'a', 'from the member')],
    state: [{ key: 'k', value: new Uint8Array([1]) }],
    offsets: [{ topic: documents, partition: 0, offset, metadata: '' }],
  })
  // Said when it has asked whether it is still a member, and its records wait.
  setImmediate(() => say(`committing ${offset}`))
  consumer.commit(transaction).then(say, (error: unknown) => say(String(error)))
})

for (;;) {
  for (const event of await consumer.poll(100)) {
    if (event.kind === 'assigned') epoch = event.epoch
    if (event.kind === 'assigned') say(`owns ${event.partitions.length}`)
    if (event.kind === 'records') for (const { offset } of event.records) say(`got ${offset}`)
  }
}
