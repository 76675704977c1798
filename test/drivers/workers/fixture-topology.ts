import { deadLetter, drop, forward, forwardAll } from '../../../topology/model/outcome.ts'
import { Rejected } from '../../../topology/model/failure.ts'
import type { PureRun, PureStage } from '../../../topology/model/stage.ts'
import type { StageNode, Topology } from '../../../topology/model/topology.ts'
import { countCollections } from './collections-counted.ts'

/* Stages that behave and misbehave, for the tests of the pure runners. */

const failure = { disposition: 'POISON', code: 'odd', message: 'odd' } as const

const stage = (name: string, create: () => PureRun<never, unknown>): StageNode => ({
  kind: 'stage',
  name,
  parent: 'source',
  declaredAt: 'fixture-topology.ts',
  stage: {
    kind: 'pure',
    name,
    version: 1,
    order: 'key',
    doc: name,
    deadlineMs: 1000,
    create,
  } satisfies PureStage<never, unknown>,
})

const counted = (): PureRun<never, unknown> => {
  let calls = 0
  return () => forward((calls += 1))
}

/** Made once whoever holds the gate has opened it: 1 says that it waits, 2 that it may go on. */
const slowToMake = (gate: SharedArrayBuffer | undefined): PureRun<never, unknown> => {
  if (gate) {
    const state = new Int32Array(gate)
    Atomics.store(state, 0, 1)
    Atomics.wait(state, 0, 1)
  }
  return (value: number) => forward(value)
}

/** Says how often its thread was told to collect garbage. */
const collections = (): PureRun<never, unknown> => {
  const count = countCollections()
  return () => forward(count())
}

const spin = (): never => {
  for (;;);
}

const bomb = (): never => {
  const kept: unknown[] = []
  for (;;) kept.push(Array.from({ length: 1000 }, () => ({ of: kept.length })))
}

const throwing = (): never => {
  throw new TypeError('secret')
}

const rejecting = (): never => {
  throw new Rejected(failure)
}

const checksum = (value: { readonly bytes: Uint8Array }): number =>
  value.bytes.reduce((sum, byte) => (sum + byte) & 0xffff, 0)

/** Tells whoever waits on the memory. */
const told = (made: SharedArrayBuffer | undefined): PureRun<never, unknown> => {
  if (made) {
    Atomics.add(new Int32Array(made), 0, 1)
    Atomics.notify(new Int32Array(made), 0)
  }
  return (value: number) => forward(value)
}

/** The topology of the tests. `options.add` is what `add` adds, `options.made` counts how often `told` was made, `options.gate` holds `slow to make` up. */
export const createFixtureTopology = (options: {
  readonly add: number
  readonly made?: SharedArrayBuffer
  readonly gate?: SharedArrayBuffer
}): Topology => {
  const nodes = [
    stage('add', () => (value: number) => forward(value + options.add)),
    stage('double', () => (value: number) => forward(value * 2)),
    stage('later', () => async (value: number) => forward(value)),
    stage('slow to make', () => slowToMake(options.gate)),
    stage('counted', counted),
    stage('collections', collections),
    stage('told', () => told(options.made)),
    stage('spin', () => spin),
    stage('bomb', () => bomb),
    stage('throw', () => throwing),
    stage('reject', () => rejecting),
    stage('exit', () => () => process.exit(3)),
    stage('drop', () => () => drop('stale', { counts: { seen: 1 } })),
    stage('dead', () => () => deadLetter(failure)),
    stage('none', () => () => forwardAll([])),
    stage('twice', () => (value: number) => forwardAll([value, value])),
    stage(
      'facts',
      () => (value: number) =>
        forward(value, { facts: { counts: { seen: 1 } }, failures: [failure] }),
    ),
    stage('checksum', () => (value: { bytes: Uint8Array }) => forward(checksum(value))),
    stage(
      'fill',
      () => (length: number) => forward({ bytes: new Uint8Array(length).fill(7), name: 'filled' }),
    ),
    stage('uncloneable', () => () => forward(() => 1)),
    stage('broken', () => throwing),
  ]
  return {
    name: 'fixture',
    topics: [],
    subTopologies: [{ name: 'part', doc: 'part', nodes }],
    deadLetters: undefined as never,
    ledger: undefined as never,
    hash: '0',
  }
}
