import { resolve } from 'node:path'
import { mkdirSync } from 'node:fs'
import { lockDataDir } from '../../drivers/embedded/data-dir/lock-data-dir.ts'
import { createEmbeddedRecordLog } from '../../drivers/embedded/record-log/embedded-record-log.ts'
import { createPackageSchemaRegistry } from '../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { createTopics } from '../../topology/topics.ts'
import { exitCodes } from '../exit-codes.ts'
import { identityOf } from '../identity.ts'
import { publish } from '../publish/publish.ts'
import type { CommandContext } from './context.ts'

/** Publishes events for files and folders, or with `erase` events that remove what was made of them. */
export const publishCommand = async (
  { config, output }: CommandContext,
  paths: readonly string[],
  erase: boolean,
): Promise<number> => {
  const dataDir = resolve(config.dataDir)
  mkdirSync(dataDir, { recursive: true })
  const lock = await lockDataDir(dataDir, systemClock)
  const log = await createEmbeddedRecordLog({ dataDir, clock: systemClock })
  try {
    const { topics, deadLetters, ledger } = createTopics(config.partitions)
    await log.ensureTopics([...Object.values(topics), deadLetters, ledger])
    const published = await publish(log, createPackageSchemaRegistry(), {
      paths,
      tenant: config.tenant,
      operation: erase ? 'ERASE' : 'ARCHIVE',
      identity: identityOf(config),
      now: systemClock.now(),
    })
    for (const { path, code } of published.unreadable) output.note(`cannot read ${path} (${code})`)
    output.value(published)
    const what = erase ? 'erasures' : 'documents'
    output.line(`published ${published.documents} ${what} and ${published.containers} containers`)
    return published.unreadable.length === 0 ? exitCodes.ok : exitCodes.incomplete
  } finally {
    await log.close()
    await lock.release()
  }
}
