import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { TopicName } from '../../../topology/model/record.ts'
import type { LogRecord } from '../../../topology/ports/record-log.ts'
import { FlightOrder } from '../../../topology/runtime/flight-order.ts'
import { InFlight } from '../../../topology/runtime/in-flight.ts'
import type { RecordTask } from '../../../topology/runtime/record-task.ts'

const aTask = (partition: number) => {
  const task = { partition: { topic: 'topic' as TopicName, partition }, alive: true }
  return task as RecordTask & typeof task
}

const source: LogRecord = {
  offset: 0,
  key: new Uint8Array(),
  value: null,
  timestamp: 0,
  headers: {},
}

describe('The order in flight', () => {
  const start = (order: FlightOrder, task: RecordTask, key: string): InFlight => {
    const flight = new InFlight(task, source, key, undefined, 0, 0)
    order.add(flight)
    return flight
  }

  it('tells a record which one of its key is before it, and nothing of other keys', () => {
    const [order, task] = [new FlightOrder(), aTask(0)]
    const first = start(order, task, 'a')
    assert.equal(start(order, task, 'b').previousOfKey, undefined)
    const second = start(order, task, 'a')
    assert.equal(second.previousOfKey, first)
    order.remove(first)
    assert.equal(start(order, task, 'a').previousOfKey, second)
  })

  it('knows nothing of a key any more once its last record is durable', () => {
    const [order, task] = [new FlightOrder(), aTask(0)]
    order.remove(start(order, task, 'a'))
    assert.equal(start(order, task, 'a').previousOfKey, undefined)
  })

  it('takes the same key in two partitions for two keys, whichever is done first', () => {
    for (const done of [0, 1]) {
      const order = new FlightOrder()
      const tasks = [aTask(0), aTask(1)]
      const firsts = tasks.map((task) => start(order, task, 'a'))
      assert.equal(firsts[1]?.previousOfKey, undefined)
      order.remove(firsts[done]!)
      const seconds = tasks.map((task) => start(order, task, 'a').previousOfKey)
      assert.equal(seconds[done], undefined)
      assert.equal(seconds[1 - done], firsts[1 - done])
    }
  })

  it('forgets the records of partitions that are lost', () => {
    const [order, lost, kept] = [new FlightOrder(), aTask(0), aTask(1)]
    start(order, lost, 'a')
    const other = start(order, kept, 'a')
    lost.alive = false
    order.forgetLost()
    assert.equal(start(order, kept, 'a').previousOfKey, other)
    assert.equal(start(order, lost, 'a').previousOfKey, undefined)
  })
})
