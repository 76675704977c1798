import type { Config } from '../../config/schema.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import type { Uri } from '../../schemas/brands.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { publisher } from '../identity.ts'
import { onInterrupt } from '../job/signals.ts'
import { makeDataDir } from '../make-data-dir.ts'
import { openRegistry } from '../open-log.ts'
import { openSources } from '../open-stores.ts'
import { startNoticeServer } from '../publish/notice-server.ts'
import { sourceAt } from '../publish/object-source.ts'
import { openServiceTarget } from '../publish/open-service-target.ts'
import { openPublishTarget } from '../publish/open-target.ts'
import { openRecordMaker } from '../publish/publish.ts'
import type { CommandContext } from './context.ts'

const addressOf = (text: string): { readonly host: string; readonly port: number } => {
  const found = /^(?:(.+):)?(\d{1,5})$/.exec(text)
  const port = Number(found?.[2])
  if (!found || port > 65_535)
    throw new CommandError(exitCodes.usage, `--listen takes a port, or host:port, not "${text}"`)
  return { host: (found[1] ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1'), port }
}

const tokenOf = ({ s3 }: Config): string => {
  if (s3.sources.length === 0)
    throw new CommandError(
      exitCodes.config,
      '--listen publishes what is below s3.sources, and there are none (docs/object-stores.md)',
    )
  const token = s3.credentials['webhook-token']
  if (token !== undefined) return token
  throw new CommandError(
    exitCodes.config,
    '--listen needs a token that the store shows: ARCHIVE_STREAMS_S3__CREDENTIALS__WEBHOOK_TOKEN, or …_FILE',
  )
}

/** Publishes the objects of which a store says by HTTP that they are new, until told to stop. */
export const listen = async ({ config, output }: CommandContext, at: string): Promise<number> => {
  const address = addressOf(at)
  const token = tokenOf(config)
  const stopped = new Promise<void>((resolve) => onInterrupt(resolve))
  const target =
    config.drivers.log === 'kafka'
      ? await openServiceTarget(config)
      : await openPublishTarget(makeDataDir(config.dataDir), config.partitions)
  const registry = await openRegistry(config)
  const sources = await openSources(config)
  const counts = { published: 0, leftOut: 0 }

  const take = async (objects: readonly Uri[]): Promise<void> => {
    const toRecord = await openRecordMaker(registry, {
      tenant: config.tenant,
      operation: 'ARCHIVE',
      identity: publisher,
      now: systemClock.now(),
    })
    const before = counts.published
    for (const uri of objects) {
      const found = await sourceAt(uri, sources)
      if (typeof found === 'string') {
        counts.leftOut += 1
        output.note(`left out an object: ${found}`)
        continue
      }
      await target.produce([toRecord(found)])
      counts.published += 1
    }
    await target.settled()
    if (counts.published > before) output.note(`published ${counts.published - before}`)
  }
  const taking = (objects: readonly Uri[]): Promise<void> =>
    take(objects).catch((error: unknown) => {
      output.note(`not published, to be sent again: ${error instanceof Error ? error.message : ''}`)
      throw error
    })

  try {
    const server = await startNoticeServer({ ...address, token, take: taking })
    output.note(`listening for new objects at ${server.url}`)
    await stopped
    await server.close()
    output.value(counts)
    output.line(`published ${counts.published}, left out ${counts.leftOut}`)
    return exitCodes.ok
  } finally {
    await sources.close()
    await target.close()
  }
}
