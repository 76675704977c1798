import { deadLetterCodec, ledgerEntryCodec } from '../../schemas/generated/codecs.ts'
import { topology } from '../../topology/model/builder.ts'
import { forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import { topic } from '../../topology/model/topic.ts'
import type { Topology } from '../../topology/model/topology.ts'
import type { PeerArguments } from './peer-arguments.ts'
import { peerSink } from './peer-sink.ts'
import { rawBytes } from './raw-bytes.ts'

/** The stage waits this long, milliseconds, evenly spread: equal waits would let an unordered system look ordered. */
const wait = { from: 10, to: 30 } as const

/** A value that begins with `s` waits so long, as one straggler among many. */
const stragglerMs = 30_000
const straggler = 's'.charCodeAt(0)

/** Records inside the stage at once. */
const concurrency = 1_000

const waitStage: AskingStage<Uint8Array, Uint8Array> = {
  kind: 'asking',
  name: 'wait',
  version: 1,
  order: 'key',
  doc: 'Waits 10 to 30 ms',
  concurrency,
  timeoutMs: 60_000,
  run: (value, { ports: { clock, random } }) =>
    new Promise((resolve) => {
      const spread = wait.from + random.next() * (wait.to - wait.from)
      const ms = value[0] === straggler ? stragglerMs : spread
      clock.after(ms, () => resolve(forward(value)))
    }),
}

/** Raw bytes from topic to topic, through a stage that waits, or into a sink. `partitions` are those that are there. */
export const peerTopology = (
  args: PeerArguments,
  partitions: { readonly in: number; readonly out: number },
): Topology => {
  const from = topic(args.in, rawBytes, { partitions: partitions.in })
  const out = topic(args.out, rawBytes, { partitions: partitions.out })
  const graph = topology('peer', {
    topics: args.work === 'sink' ? [from] : [from, out],
    deadLetters: topic(`${args.group}.dead-letters`, deadLetterCodec, { partitions: 1 }),
    ledger: topic(`${args.group}.ledger`, ledgerEntryCodec, { partitions: 1 }),
  })
  const stream = graph.subTopology(args.work, '').from(from)
  if (args.work === 'sink') stream.sink(peerSink(args.sink))
  else (args.work === 'wait' ? stream.via(waitStage) : stream).to(out)
  return graph.build()
}
