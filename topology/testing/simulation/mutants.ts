import {
  isClaim,
  withoutNote,
  shifted,
  highestSeen,
  prefetchKept,
  otherEnd,
  ownKeys,
  keysGivenBack,
  outageEnds,
  knownDropped,
  windowDropped,
} from './planted.ts'
import { withTransactions } from './settings.ts'
import type { Mutant } from './simulate.ts'
import { deadLetterTopic, ledgerTopic } from './small-topology.ts'
import {
  tamperAssigned,
  tamperBatchWrites,
  tamperCommits,
  tamperConsumers,
  tamperEvents,
  tamperOffsets,
} from './tamper.ts'

/** Where no other system is known to have had a bug of this kind. */
const unknown = 'no other system known'

/** Bugs, each put in from outside the engine and with the system that had it. All of them must be caught. */
export const mutants: readonly Mutant[] = [
  { name: 'commits one too far', origin: unknown, log: tamperOffsets(shifted(1)) },
  {
    name: 'commits one too little',
    origin: 'kstreamjs: commits the last offset, not one past it',
    log: tamperOffsets(shifted(-1)),
  },
  { name: 'commits the highest offset seen', origin: 'parallel-consumer #826', log: highestSeen },
  {
    name: 'ignores the done-map it finds',
    origin: unknown,
    log: tamperAssigned((each) => (isClaim(each) ? each : withoutNote(each))),
  },
  {
    name: 'writes no done-map',
    origin: unknown,
    log: tamperOffsets((each) => (isClaim(each) ? each : withoutNote(each))),
  },
  {
    name: 'goes on after a revoke',
    origin: 'kafkajs #1046, redpanda-data/connect #4477',
    log: tamperEvents((event) => (event.kind === 'revoked' ? [] : [event])),
  },
  {
    name: 'keeps what it prefetched over a rebalance',
    origin: 'faust-streaming #221',
    log: prefetchKept,
  },
  {
    name: 'does not keep the order of keys',
    origin: unknown,
    log: ownKeys,
    topology: keysGivenBack,
  },
  {
    name: 'sends dead letters ahead of the lane',
    origin: 'the first prototype of this engine',
    log: tamperCommits((transaction) => {
      const isLetter = ({ topic }: { topic: string }): boolean => topic === deadLetterTopic.name
      const [letters, others] = [
        transaction.outputs.filter(isLetter),
        transaction.outputs.filter((each) => !isLetter(each)),
      ]
      return { ...transaction, outputs: [...letters, ...others] }
    }),
  },
  {
    name: 'loses dead letters',
    origin: unknown,
    log: tamperCommits((transaction) => ({
      ...transaction,
      outputs: transaction.outputs.filter(({ topic }) => topic !== deadLetterTopic.name),
    })),
  },
  {
    name: 'loses ledger entries of a commit but the first',
    origin: unknown,
    log: tamperCommits((transaction) => ({
      ...transaction,
      outputs: transaction.outputs.filter(
        ({ topic }, index, all) =>
          topic !== ledgerTopic.name || all.findIndex((each) => each.topic === topic) === index,
      ),
    })),
  },
  {
    name: 'loses state writes of a commit but the first',
    origin: unknown,
    log: tamperCommits((transaction) => ({
      ...transaction,
      state: transaction.state.slice(0, 1),
    })),
  },
  {
    name: 'takes a failed commit for done',
    origin: unknown,
    log: tamperConsumers((consumer) => ({
      commit: (transaction) => consumer.commit(transaction).catch(() => 'committed'),
    })),
  },
  {
    name: 'sends a commit without answer again as a new one',
    origin: unknown,
    log: tamperConsumers((consumer) => ({
      commit: (transaction) => consumer.commit({ ...transaction }),
    })),
  },
  {
    name: 'says that a batch is written before it is',
    origin: 'nodefluent/kafka-streams #42: acknowledges before it processes',
    topology: tamperBatchWrites((write) => async (records, context) => {
      context.ports.clock.after(100, () => void write(records, context).catch(() => {}))
      return records.map(() => ({ kind: 'written' }))
    }),
  },
  {
    name: 'takes half a batch for all of it',
    origin: unknown,
    topology: tamperBatchWrites((write) => async (records, context) => {
      const half = Math.ceil(records.length / 2)
      const outcomes = await write(records.slice(0, half), context)
      return [...outcomes, ...records.slice(half).map(() => ({ kind: 'written' as const }))]
    }),
  },
  { name: 'ends records in an outage', origin: unknown, topology: outageEnds },
  {
    name: 'writes a range before its claim',
    origin: unknown,
    log: tamperConsumers((consumer) => ({
      commit: async (transaction) =>
        transaction.offsets.some(isClaim) ? 'committed' : consumer.commit(transaction),
    })),
  },
  {
    name: 'ignores the claim it finds',
    origin: unknown,
    log: tamperAssigned((each) => (isClaim(each) ? withoutNote(each) : each)),
  },
  {
    name: 'writes a claimed range with another end',
    origin: unknown,
    log: tamperAssigned(otherEnd),
  },
  {
    name: 'drops records that it had under an earlier assignment',
    origin: 'parallel-consumer #909',
    log: knownDropped,
  },
  {
    name: 'drops a batch when partitions are taken away',
    origin: 'redpanda-data/connect #4009',
    ...windowDropped(),
  },
  {
    name: 'commits offsets outside of the transaction',
    origin: unknown,
    settings: withTransactions,
    flaw: 'commits-offsets-apart',
  },
  {
    name: 'does not fence who wrote before',
    origin: 'kafkajs 2.2.4: TxnOffsetCommit without generation',
    settings: withTransactions,
    flaw: 'fences-nobody',
  },
  {
    name: 'reads what is not committed',
    origin: 'Bufstream 0.1.0, as tested by Jepsen: aborted read',
    settings: withTransactions,
    flaw: 'reads-uncommitted',
  },
  {
    name: 'keeps what a failed transaction wrote for the next one',
    origin: 'Kafka before KIP-890: torn transactions',
    settings: withTransactions,
    flaw: 'keeps-what-failed',
  },
  {
    name: 'asks for exactly-once and joins without',
    origin: unknown,
    settings: withTransactions,
    log: (log) => ({ ...log, join: (group, topics) => log.join(group, topics) }),
  },
  {
    name: 'forgets the done-map of a transaction',
    origin: unknown,
    settings: withTransactions,
    log: tamperAssigned((each) => (isClaim(each) ? each : withoutNote(each))),
  },
]
