import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  withCopies,
  withTransactions,
  type Settings,
} from '../../../topology/testing/simulation/settings.ts'
import type { simulate } from '../../../topology/testing/simulation/simulate.ts'

/** A bug planted into the built engine itself: `from` must occur once in the file, and becomes `to`. */
export interface EngineMutant {
  readonly name: string
  /** The system in which a bug of this kind was real. */
  readonly origin: string
  /** In topology/runtime, without extension. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** What all runs are to have, so that it shows. */
  readonly settings?: (settings: Settings) => Settings
}

const unknown = 'no other system known'

const commitRange = "await this.#commit(end, { kind: 'none' }, written.outputs);"
const tellRange = 'tellRangeEnd(this.#env, this.#sink.name, countOf(sources), written);'

export const engineMutants: readonly EngineMutant[] = [
  {
    name: 'starts a stage before the record ahead of it has passed',
    origin: unknown,
    file: 'steps',
    from: 'if (before && !before.hasPassed(step.id))',
    to: 'if (false)',
  },
  {
    name: 'lets a sink write overtake outputs that are not durable',
    origin: unknown,
    file: 'finish',
    from: 'outside ? durableGate : enqueuedGate',
    to: 'enqueuedGate',
  },
  {
    name: 'lets effects of a key overtake each other',
    origin: unknown,
    file: 'finish',
    from: 'before && !before.hasPassed(gate)',
    to: 'false',
  },
  {
    name: 'lets a failed record out together with its dead letter',
    origin: unknown,
    file: 'finish',
    from: 'flight.dead ? [] : flight.outputs',
    to: 'flight.outputs',
  },
  {
    name: 'loses the state of a failed record',
    origin: unknown,
    file: 'finish',
    from: 'state: flight.state',
    to: 'state: flight.dead ? [] : flight.state',
  },
  {
    name: 'takes records of an earlier epoch',
    origin: 'faust-streaming #221, platformatic/kafka #223',
    file: 'assignment',
    from: 'if (event.epoch !== this.#epoch)',
    to: 'if (false)',
  },
  {
    name: 'leaves partitions paused that were paused before a rebalance',
    origin: 'parallel-consumer #857: consumption stops after a rebalance',
    file: 'assignment',
    from: 'this.#env.consumer.resume(event.partitions);',
    to: '',
  },
  {
    name: 'tries a commit again for an epoch that has ended',
    origin: 'kafkajs #1046',
    file: 'committer',
    from: '!this.#stopped && batch.every(({ task }) => task.alive)',
    to: '!this.#stopped',
  },
  {
    name: 'calls a fenced commit durable',
    origin: unknown,
    file: 'committer',
    from: "if (result === 'committed')",
    to: 'if (true)',
    settings: withTransactions,
  },
  {
    name: 'tells the end of a record before it is committed',
    origin: 'an earlier version of this engine',
    file: 'finish',
    from: 'durable: () => {\n            tellEnd(env, flight);',
    to: 'told: tellEnd(env, flight),\n        durable: () => {',
  },
  {
    name: 'tells the end of a range before it is committed',
    origin: 'an earlier version of this engine',
    file: 'range-task',
    from: `${commitRange}\n        ${tellRange}`,
    to: `${tellRange}\n        ${commitRange}`,
  },
  {
    name: 'does not tell the end of a record that was committed in the moment its partition was lost',
    origin: unknown,
    file: 'finish',
    from: 'tellEnd(env, flight);',
    to: 'if (flight.task.alive) tellEnd(env, flight);',
  },
  {
    name: 'forgets what it restored but has not met',
    origin: unknown,
    file: 'record-task',
    from: 'joined(this.#tracker.doneBeyond(), this.#restored?.unmet ?? [])',
    to: 'this.#tracker.doneBeyond()',
  },
  {
    name: 'holds more than the cap',
    origin: 'parallel-consumer #834: what is retried was not counted',
    file: 'record-task',
    from: 'return (this.#records >= maxInFlightRecords ||',
    to: 'return (this.#records >= maxInFlightRecords + 1 ||',
  },
  {
    name: 'counts offsets by one',
    origin: 'faust #559 and #625',
    file: 'offset-tracker',
    from: 'this.#position = this.#lowest(this.#inFlight, offset);',
    to: 'this.#position = offset + 1;',
  },
  {
    name: 'commits one past the highest offset done',
    origin: 'kstreamjs: commits the highest offset of a batch',
    file: 'record-task',
    from: 'const offset = this.#tracker.position;',
    to: 'const offset = Math.max(this.#tracker.position, 1 + (this.#tracker.doneBeyond().at(-1) ?? -1));',
  },
  {
    name: 'leaves waiting what is behind records of lost partitions',
    origin: unknown,
    file: 'batcher',
    from: 'this.#waiting = this.#waiting.filter((item) => !item.lifetime.ended);',
    to: 'if (this.#waiting.some((item) => item.lifetime.ended)) return [];',
  },
  {
    name: 'dead-letters a batch for one of its records',
    origin: unknown,
    file: 'bisect',
    from: "if (items.length === 1)\n        return [{ kind: 'dead-letter', failure: tried.failure }];",
    to: "return items.map(() => ({ kind: 'dead-letter', failure: tried.failure }));",
  },
  {
    name: 'reads state as of the last commit only',
    origin: unknown,
    file: 'asking-context',
    from: 'this.#flight.pendingState(key)',
    to: 'undefined',
  },
  {
    name: 'keeps the gates of a failed selection shut',
    origin: unknown,
    file: 'guard',
    from: 'if (error instanceof Abandoned)',
    to: 'if (true)',
  },
  {
    name: 'keeps a place in a stage for work that was given up',
    origin: unknown,
    file: 'steps',
    from: 'semaphore?.leave();',
    to: 'if (flight.task.alive) semaphore?.leave();',
  },
  {
    name: 'never closes its breaker',
    origin: unknown,
    file: 'breaker',
    from: "if (this.#state !== 'half-open')",
    to: 'if (true)',
  },
  {
    name: 'takes a transient fault for an answer to its probe',
    origin: 'an earlier version of this engine',
    file: 'attempt',
    from: 'down || failed.probing',
    to: 'down || (failed.probing && env.breaker.succeeded())',
  },
  {
    name: 'writes a range without a claim',
    origin: unknown,
    file: 'range-task',
    from: 'if (this.#claimedEnd === undefined)\n            await',
    to: 'if (false)\n            await',
  },
  {
    name: 'takes more or less than the claimed range',
    origin: unknown,
    file: 'range-task',
    from: 'const end = this.#claimedEnd;',
    to: 'const end = undefined;',
  },
  {
    name: 'takes a record again that it took in the same range',
    origin: unknown,
    file: 'repeats',
    from: 'known.add(print);',
    to: '',
    settings: withCopies,
  },
  {
    name: 'does not keep what it took for the next owner',
    origin: unknown,
    file: 'taken-window',
    from: 'await this.#objects.put(name, bytes);',
    to: '',
  },
  {
    name: 'takes over what was taken beyond its start',
    origin: unknown,
    file: 'taken-window',
    from: '<= start)',
    to: '<= Infinity)',
    settings: withCopies,
  },
  {
    name: 'removes what it took before it is committed',
    origin: unknown,
    file: 'range-task',
    from: 'this.#taken?.add(end, written.taken)',
    to: '(await this.#taken?.add(end, written.taken), this.#taken?.removeOlder())',
    settings: withCopies,
  },
  {
    name: 'passes what it gave back when it was sealed',
    origin: unknown,
    file: 'record-task',
    from: 'this.#passed = 0;\n    }',
    to: '}',
    settings: withTransactions,
  },
  {
    name: 'restores no done-map',
    origin: unknown,
    file: 'record-task',
    from: "note.kind === 'done' ? note.offsets : []",
    to: '[]',
    settings: withTransactions,
  },
]

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** Builds a copy of the engine with the bug in it and hands its simulation to `use`. */
export const withEngineMutant = async (
  { file, from, to }: EngineMutant,
  use: (run: typeof simulate) => Promise<void>,
): Promise<void> => {
  const copy = mkdtempSync(join(tmpdir(), 'engine-mutant-'))
  try {
    for (const part of ['package.json', 'schemas', 'dist/schemas', 'dist/topology']) {
      cpSync(join(root, part), join(copy, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
    const path = join(copy, 'dist/topology/runtime', `${file}.js`)
    const parts = readFileSync(path, 'utf8').split(from)
    if (parts.length !== 2) throw new Error(`"${from}" occurs ${parts.length - 1} times in ${file}`)
    writeFileSync(path, parts.join(to))
    const module = join(copy, 'dist/topology/testing/simulation/simulate.js')
    const loaded = (await import(pathToFileURL(module).href)) as { simulate: typeof simulate }
    await use(loaded.simulate)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
