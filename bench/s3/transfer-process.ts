import type { S3Address } from '../../test/services/s3.ts'
import type { TransferLoad, TransferRound, Way } from './transfer-load.ts'
import { transferOf, type Transfer } from './transfer-ways.ts'

/** The process of one way: does a round whenever it is told to, and says what it came to. Arguments: way, address and load. */
const [way, address, load] = JSON.parse(process.argv[2] ?? '[]') as [Way, S3Address, TransferLoad]

const round = async (transfer: Transfer): Promise<TransferRound> => {
  const { bytes, count, atOnce } = load
  let left = count
  const worker = async (): Promise<void> => {
    while (left-- > 0)
      if ((await transfer()) !== bytes) throw new Error('an object came with another length')
  }
  const started = performance.now()
  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: atOnce }, worker))
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1000
  return {
    megabytesPerSecond: (bytes * count) / 1e6 / seconds,
    cpuMs: (user + system) / 1000 / count,
  }
}

const transfer = await transferOf(way, address, load)
process.on('message', () => {
  // A failure ends the process, and with it the measurement.
  void round(transfer).then((figures) => process.send?.(figures))
})
process.send?.('ready')
