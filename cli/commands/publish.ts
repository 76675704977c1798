import { isAbsolute, relative, resolve, sep } from 'node:path'
import { lockDataDir } from '../../drivers/embedded/data-dir/lock-data-dir.ts'
import { createEmbeddedRecordLog } from '../../drivers/embedded/record-log/embedded-record-log.ts'
import { createPackageSchemaRegistry } from '../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { createTopics } from '../../topology/topics.ts'
import { counted } from '../output.ts'
import { exitCodes } from '../exit-codes.ts'
import { publisher } from '../identity.ts'
import { makeDataDir } from '../make-data-dir.ts'
import { knownDocuments } from '../publish/known-documents.ts'
import { noteLeftOut } from '../publish/left-out.ts'
import { publish } from '../publish/publish.ts'
import type { CommandContext } from './context.ts'

/** Publishes events for files and folders, or with `erase` events that remove what was made of them. */
export const publishCommand = async (
  { config, output }: CommandContext,
  paths: readonly string[],
  erase: boolean,
): Promise<number> => {
  const dataDir = makeDataDir(config.dataDir)
  const lock = await lockDataDir(dataDir, systemClock)
  const log = await createEmbeddedRecordLog({ dataDir, clock: systemClock })
  try {
    const { topics, deadLetters, ledger } = createTopics(config.partitions)
    await log.ensureTopics([...Object.values(topics), deadLetters, ledger])
    const registry = createPackageSchemaRegistry()
    const published = await publish(log, registry, {
      paths,
      tenant: config.tenant,
      operation: erase ? 'ERASE' : 'ARCHIVE',
      identity: publisher,
      now: systemClock.now(),
      dataDir,
      known: (place) => knownDocuments(log, registry, config.tenant, place),
    })
    noteLeftOut(published, (text) => output.note(text))
    output.value(published)
    const what = erase ? 'erasure' : 'document'
    const { documents, containers } = published
    output.line(`published ${counted(documents, what)} and ${counted(containers, 'container')}`)
    if (!erase) noteClosedPaths(paths, config.sources, output)
    return published.unreadable.length === 0 ? exitCodes.ok : exitCodes.incomplete
  } finally {
    await log.close()
    await lock.release()
  }
}

/** What is published is read later, by a job that reads below its sources only. */
const noteClosedPaths = (
  paths: readonly string[],
  sources: readonly string[],
  { note }: CommandContext['output'],
): void => {
  const isOpen = (path: string): boolean =>
    sources.some((source) => {
      const way = relative(resolve(source), resolve(path))
      return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
    })
  const closed = paths.filter((path) => !isOpen(path))
  if (closed.length === 0) return
  note(
    `run reads below its sources only: give it ${closed.map((path) => `--source ${path}`).join(' ')}`,
  )
}
