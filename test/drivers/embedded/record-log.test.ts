import { createEmbeddedRecordLog } from '../../../drivers/embedded/record-log/embedded-record-log.ts'
import { describeRecordLog } from '../../contracts/record-log.contract.ts'
import { rebalanceTimeoutMs } from '../../contracts/record-log-harness.ts'
import { temporaryFolder } from './temporary-folder.ts'

describeRecordLog('the embedded log', async (clock) => {
  const folder = temporaryFolder()
  const open = () =>
    createEmbeddedRecordLog({ dataDir: folder.path, clock, rebalanceTimeoutMs, commitSpacingMs: 0 })
  let log = await open()
  return {
    log,
    reopen: async () => {
      await log.close()
      log = await open()
      return log
    },
    compact: (topic) => log.compact(topic),
    destroy: async () => {
      await log.close()
      folder.remove()
    },
  }
})
