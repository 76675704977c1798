import { resolve } from 'node:path'
import { Option } from 'commander'
import type { Config } from '../config/schema.ts'
import { lockDataDir } from '../drivers/embedded/data-dir/lock-data-dir.ts'
import { systemClock } from '../drivers/system/system-clock.ts'
import { Fault } from '../topology/model/failure.ts'
import type { VectorIndexRebuild } from '../topology/ports/vector-index.ts'
import { withExamples, type CommandLine } from './command-line.ts'
import { rebuildVectors, type RebuildOptions } from './commands/vectors.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { openView } from './open-view.ts'
import { openVectorRebuild } from './open-vectors.ts'
import type { SharedOptions } from './shared-options.ts'

interface RebuildFlags extends SharedOptions, Partial<RebuildOptions> {}

/** `vectors rebuild`. */
export const addVectorsCommands = (commandLine: CommandLine): void => {
  const { program, add, configOf, outputOf, finish } = commandLine
  const vectors = withExamples(program.command('vectors').description('the index of vectors'), [
    'vectors rebuild --profile ./mine.yaml',
  ])
  add(
    {
      usage: 'rebuild',
      description:
        'fill a new index from the topic of embeddings and put it in place; beside a job where vectors are in Qdrant',
      examples: [
        'vectors rebuild',
        'vectors rebuild --from index --set qdrant.quantisation=scalar --profile ./mine.yaml',
      ],
    },
    vectors,
  )
    .addOption(
      new Option('--from <source>', 'the topic, or the points of the index that is there')
        .choices(['topic', 'index'])
        .default('topic'),
    )
    .option('--partial', 'go on where the topic has lost its beginning')
    .action(async (options: RebuildFlags) => {
      const config = configOf(options)
      const { from = 'topic', partial = false } = options
      if (from === 'index' && config.drivers.vectors === 'embedded')
        throw new CommandError(exitCodes.usage, '--from index is for Qdrant; leave it out')
      const view = await openView(config)
      try {
        const work = (rebuild: VectorIndexRebuild) =>
          rebuildVectors(view, rebuild, config, outputOf(options), { from, partial })
        finish(await withRebuild(config, work))
      } finally {
        await view.close()
      }
    })
}

/** The embedded index is that of one process. */
const withRebuild = async (
  config: Config,
  work: (rebuild: VectorIndexRebuild) => Promise<number>,
): Promise<number> => {
  const dataDir = resolve(config.dataDir)
  const lock =
    config.drivers.vectors === 'embedded' ? await lockDataDir(dataDir, systemClock) : undefined
  try {
    const rebuild = await openVectorRebuild(config, dataDir)
    try {
      return await work(rebuild)
    } finally {
      await rebuild.close()
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new CommandError(exitCodes.unavailable, error.message, error)
  } finally {
    await lock?.release()
  }
}
