import { isAbsolute, relative, resolve, sep } from 'node:path'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { counted } from '../output.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { publisher } from '../identity.ts'
import { makeDataDir } from '../make-data-dir.ts'
import { openRegistry } from '../open-log.ts'
import { knownDocuments } from '../publish/known-documents.ts'
import { noteLeftOut } from '../publish/left-out.ts'
import { openServiceTarget } from '../publish/open-service-target.ts'
import { openPublishTarget } from '../publish/open-target.ts'
import { publish } from '../publish/publish.ts'
import type { DeadlineClass } from '../../topology/model/deadline-class.ts'
import { isUri, pathOfUri } from '../uri-of-path.ts'
import type { CommandContext } from './context.ts'

/**
 * Publishes events for files and folders, or with `erase` events that remove what was made of them. While a job works on the
 * data folder, it is handed what is published, and this waits until the job has it.
 */
export const publishCommand = async (
  { config, output }: CommandContext,
  given: readonly string[],
  erase: boolean,
  deadline: DeadlineClass = 'bulk',
): Promise<number> => {
  const paths = given.map(pathOfUri)
  if (!erase) requirePaths(paths)
  const dataDir = makeDataDir(config.dataDir)
  const target =
    config.drivers.log === 'kafka'
      ? await openServiceTarget(config)
      : await openPublishTarget(dataDir, config.partitions)
  try {
    const owner = target.owner()
    if (owner !== undefined) output.note(`handing over to ${nameOf(owner)}`)
    const registry = await openRegistry(config)
    const published = await publish(target, registry, {
      paths,
      tenant: config.tenant,
      operation: erase ? 'ERASE' : 'ARCHIVE',
      identity: publisher,
      deadline,
      now: systemClock.now(),
      dataDir,
      known: (place) =>
        target.read((log) => knownDocuments(log, registry, config.tenant, place), new Map()),
    })
    await target.settled()
    noteLeftOut(published, (text) => output.note(text))
    const takenBy = target.owner()
    output.value({ ...published, takenBy: takenBy ?? null })
    const what = erase ? 'erasure' : 'document'
    const { documents, containers } = published
    const taken = takenBy === undefined ? '' : `, taken by ${nameOf(takenBy)}`
    output.line(
      `published ${counted(documents, what)} and ${counted(containers, 'container')}${taken}`,
    )
    const missing = new Set(published.unreadable.map(({ path }) => path))
    const found = paths.filter((path) => !missing.has(resolve(path)))
    if (!erase) noteClosedPaths(found, config.sources, output)
    return published.unreadable.length === 0 ? exitCodes.ok : exitCodes.incomplete
  } finally {
    await target.close()
  }
}

/** Only files of this machine can be looked at here; what is elsewhere, or a part of a file, is known to the archive alone. */
const requirePaths = (paths: readonly string[]): void => {
  const uri = paths.find(isUri)
  if (uri === undefined) return
  const message = `${uri} is no file or folder of this machine; only --erase takes such URIs`
  throw new CommandError(exitCodes.usage, message)
}

const nameOf = (owner: number | 'silent'): string =>
  owner === 'silent' ? 'the process that works on the data folder' : `process ${owner}`

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
