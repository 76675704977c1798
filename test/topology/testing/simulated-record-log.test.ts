import { SimulatedProcess } from '../../../topology/testing/simulated-process.ts'
import { SimulatedRecordLog } from '../../../topology/testing/simulated-record-log.ts'
import { settle } from '../../../topology/testing/settle.ts'
import { describeRecordLog } from '../../contracts/record-log.contract.ts'
import { rebalanceTimeoutMs, type CreateRecordLog } from '../../contracts/record-log-harness.ts'

const sessionMs = 30_000

const create =
  (atomicCommit: boolean): CreateRecordLog =>
  async (clock) => {
    const log = new SimulatedRecordLog(clock, {
      atomicCommit,
      rebalanceMs: rebalanceTimeoutMs,
      sessionMs,
    })
    let process = new SimulatedProcess('first', clock)
    return {
      log: log.connect(process),
      reopen: async () => {
        process.crash()
        clock.advance(sessionMs)
        process = new SimulatedProcess('next', clock)
        return log.connect(process)
      },
      drive: async (operation) => {
        let done = false
        const mark = (): void => void (done = true)
        operation.then(mark, mark)
        await settle()
        if (!done) clock.advance(0)
        return operation
      },
      destroy: async () => process.crash(),
    }
  }

describeRecordLog('The simulated log', create(true))
describeRecordLog('The simulated log with transactions', create(false))
