import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createSortedQueue } from '../../../gpu-runners/batching/sorted-queue.ts'
import type { Waiting } from '../../../gpu-runners/batching/sorted-queue.ts'

const commands = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('add' as const), tokens: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('remove' as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant('take' as const), from: fc.nat(), count: fc.nat(5) }),
    fc.record({ kind: fc.constant('look' as const) }),
  ),
  { maxLength: 60 },
)

/** Shortest first, of equal ones the oldest: what the queue must hold, sorted anew each time. */
const sorted = (entries: readonly Waiting[]): readonly Waiting[] =>
  entries.toSorted((a, b) => a.tokens - b.tokens || a.sequence - b.sequence)

describe('a queue sorted by length', () => {
  it('is at every look what sorting all of it anew would give, and knows its oldest entry', () => {
    fc.assert(
      fc.property(commands, (all) => {
        const queue = createSortedQueue<Waiting>()
        let held: readonly Waiting[] = []
        for (const [sequence, command] of all.entries()) {
          if (command.kind === 'add') {
            const entry = { tokens: command.tokens, sequence }
            queue.add(entry)
            held = [...held, entry]
          }
          if (command.kind === 'remove') {
            const entry = held[command.pick % (held.length || 1)] ?? { tokens: 1, sequence }
            assert.equal(queue.remove(entry), held.includes(entry))
            assert.equal(queue.remove(entry), false)
            held = held.filter((each) => each !== entry)
          }
          if (command.kind === 'take') {
            const from = command.from % (held.length || 1)
            const taken = queue.take(from, from + command.count)
            assert.deepEqual(taken, sorted(held).slice(from, from + command.count))
            held = held.filter((each) => !taken.includes(each))
          }
          if (command.kind === 'look')
            for (const [index, entry] of sorted(held).entries()) {
              assert.equal(queue.tokensAt(index), entry.tokens)
              assert.equal(queue.indexOf(entry), index)
            }
          assert.equal(queue.size(), held.length)
          assert.equal(queue.oldest(), held[0])
        }
      }),
    )
  })
})
