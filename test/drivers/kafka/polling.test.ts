import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { createPolling } from '../../../drivers/kafka/polling.ts'
import type { LogEvent } from '../../../topology/ports/record-log.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'

const assigned: LogEvent = { kind: 'assigned', epoch: 1, partitions: [] }

const start = () => {
  const clock = new ManualClock()
  const queue: LogEvent[] = []
  const faults: Error[] = []
  const polling = createPolling(clock, () => {
    const fault = faults.shift()
    if (fault) throw fault
    return queue.splice(0)
  })
  return { clock, queue, faults, polling }
}

describe('polling', () => {
  it('comes back at once with what is there', async () => {
    const { queue, polling } = start()
    queue.push(assigned)
    assert.deepEqual(await polling.poll(1_000), [assigned])
  })

  it('comes back at once without anything when no time is given', async () => {
    assert.deepEqual(await start().polling.poll(0), [])
  })

  it('waits for events, also past a wake that brought none', async () => {
    const { queue, polling } = start()
    const polled = polling.poll(1_000)
    polling.wake()
    await setImmediate()
    queue.push(assigned)
    polling.wake()
    assert.deepEqual(await polled, [assigned])
  })

  it('ends with its time, and can be called again', async () => {
    const { clock, queue, polling } = start()
    const polled = polling.poll(1_000)
    clock.moveTo(clock.now() + 1_000)
    assert.deepEqual(await polled, [])
    queue.push(assigned)
    assert.deepEqual(await polling.poll(1_000), [assigned])
  })

  it('throws what is thrown while it waits', async () => {
    const { faults, polling } = start()
    const polled = polling.poll(1_000)
    faults.push(new Error('lost'))
    polling.wake()
    await assert.rejects(polled, /lost/)
  })

  it('refuses a second call before the first came back', async () => {
    const { polling } = start()
    const first = polling.poll(1_000)
    await assert.rejects(polling.poll(1_000), /called again/)
    polling.wake()
    void first
  })
})
