import { resolve } from 'node:path'
import type { Config } from '../config/schema.ts'
import { lockDataDir } from '../drivers/embedded/data-dir/lock-data-dir.ts'
import { systemClock } from '../drivers/system/system-clock.ts'
import { Fault } from '../topology/model/failure.ts'
import type { Cache } from '../topology/ports/cache.ts'
import { withExamples, type CommandLine } from './command-line.ts'
import { rebuildSummaries, showSummary } from './commands/summaries.ts'
import { documentIdFor } from './document-id-for.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { openCache } from './open-cache.ts'
import { openView } from './open-view.ts'
import type { SharedOptions } from './shared-options.ts'

/** `summaries show`, `summaries rebuild`. */
export const addSummariesCommands = (commandLine: CommandLine): void => {
  const { program, add, configOf, outputOf, finish } = commandLine
  const summaries = withExamples(
    program.command('summaries').description('summaries by document, and the cache of them'),
    ['summaries show ~/mail/17.eml', 'summaries rebuild --profile ./mine.yaml'],
  )
  add(
    {
      usage: 'show',
      description: 'the newest summary of a document, from the cache or else from the objects',
      examples: ['summaries show ~/mail/17.eml', 'summaries show ~/mail/17.eml --json'],
    },
    summaries,
  )
    .argument('<document>', 'document id, or the path or URI it was published from')
    .action(async (document: string, options: SharedOptions) => {
      const config = configOf(options)
      const id = documentIdFor(document, config.tenant)
      const view = await openView(config)
      const cache = await cacheBesideJob(config)
      try {
        finish(await showSummary(view, cache, config, outputOf(options), id))
      } finally {
        await cache?.close()
        await view.close()
      }
    })
  add(
    {
      usage: 'rebuild',
      description:
        'set in the cache what the topic of summaries has; beside a job where the cache is a Redis',
      examples: ['summaries rebuild', 'summaries rebuild --profile ./mine.yaml --json'],
    },
    summaries,
  ).action(async (options: SharedOptions) => {
    const config = configOf(options)
    const view = await openView(config)
    try {
      finish(
        await withOwnCache(config, (cache) =>
          rebuildSummaries(view, cache, config, outputOf(options)),
        ),
      )
    } finally {
      await view.close()
    }
  })
}

/** The embedded cache is that of one process. */
const cacheBesideJob = async (config: Config): Promise<Cache | undefined> =>
  config.drivers.cache === 'embedded' ? undefined : openCache(config, resolve(config.dataDir))

const withOwnCache = async (
  config: Config,
  work: (cache: Cache) => Promise<number>,
): Promise<number> => {
  const dataDir = resolve(config.dataDir)
  const lock =
    config.drivers.cache === 'embedded' ? await lockDataDir(dataDir, systemClock) : undefined
  try {
    const cache = await openCache(config, dataDir)
    try {
      return await work(cache)
    } finally {
      await cache.close()
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new CommandError(exitCodes.unavailable, error.message, error)
  } finally {
    await lock?.release()
  }
}
