import { resolve } from 'node:path'
import { Option } from 'commander'
import type { Config } from '../config/schema.ts'
import { systemClock } from '../drivers/system/system-clock.ts'
import { createPipeline } from '../topology/pipeline.ts'
import type { Viewing } from './archive-commands.ts'
import { wholeNumber, withExamples, type CommandLine } from './command-line.ts'
import { dlqReplay, dlqResolve, type DlqDesk } from './commands/dlq-act.ts'
import { dlqAll, dlqGroups, dlqShow } from './commands/dlq.ts'
import { documentIdFor } from './document-id-for.ts'
import { openRegistry } from './open-log.ts'
import { openView } from './open-view.ts'
import type { Output } from './output.ts'
import { pipelineOptionsOf } from './pipeline-options.ts'
import { openServiceTarget } from './publish/open-service-target.ts'
import { openPublishTarget } from './publish/open-target.ts'
import { deadLetterStates, type DeadLetterState } from './read/dead-letter-marks.ts'
import { deadLetterGroupings, type DeadLetterGrouping } from './read/dead-letters.ts'
import type { SharedOptions } from './shared-options.ts'

interface ListFlags extends SharedOptions {
  readonly groupBy: DeadLetterGrouping
  readonly state?: DeadLetterState
  readonly all?: boolean
}

interface ReplayFlags extends SharedOptions {
  readonly fingerprint?: string
  readonly max?: number
  readonly rate?: number
  readonly maxAttempts: number
  readonly dryRun?: boolean
}

/** `dlq ls`, `dlq show`, `dlq replay`, `dlq resolve`. */
export const addDeadLetterCommands = (commandLine: CommandLine, viewing: Viewing): void => {
  const { program, add, configOf, outputOf, finish } = commandLine
  const dlq = withExamples(
    program.command('dlq').description('dead letters: what failed, why, and what to do'),
    ['dlq ls', 'dlq show 2-17', 'dlq replay --fingerprint 3f9a2c61d0b4e857 --dry-run'],
  )
  add(
    {
      usage: 'ls',
      description: 'dead letters that ask for somebody, by cause or one by one',
      examples: ['dlq ls', 'dlq ls --group-by tenant', 'dlq ls --state resolved --all --json'],
    },
    dlq,
  )
    .addOption(
      new Option('--group-by <what>', 'what letters of one line have in common')
        .choices(deadLetterGroupings)
        .default('fingerprint'),
    )
    .addOption(
      new Option('--state <state>', 'only these; open and parked ones without it').choices(
        deadLetterStates,
      ),
    )
    .option('--all', 'every dead letter on a line of its own')
    .action((options: ListFlags) => {
      const states = options.state && [options.state]
      return viewing(options, (view, output) =>
        options.all
          ? dlqAll(view, output, states)
          : dlqGroups(view, output, options.groupBy, states),
      )
    })
  add(
    {
      usage: 'show',
      description: 'one dead letter, or all of a document or cause',
      examples: ['dlq show 2-17', 'dlq show ~/mail/broken.pdf', 'dlq show 3f9a2c61d0b4e857'],
    },
    dlq,
  )
    .argument('<id>', 'dead letter, fingerprint, document id, or the path of a document')
    .action((id: string, options: SharedOptions) =>
      viewing(options, (view, output, config) =>
        dlqShow(view, output, [id, documentIdFor(id, config.tenant)]),
      ),
    )
  add(
    {
      usage: 'replay',
      description:
        'send records of dead letters again to the stage they failed in; also while a job is running',
      examples: [
        'dlq replay --dry-run',
        'dlq replay --fingerprint 3f9a2c61d0b4e857 --max 100 --rate 20',
      ],
    },
    dlq,
  )
    .option('--fingerprint <cause>', 'only letters of this cause')
    .option('--max <n>', 'most records that are sent', wholeNumber(1))
    .option('--rate <n>', 'records per second', wholeNumber(1))
    .option('--max-attempts <n>', 'a record that came back so often is parked', wholeNumber(1), 3)
    .option('--dry-run', 'say what would be done')
    .action(async ({ fingerprint, max, rate, maxAttempts, dryRun, ...options }: ReplayFlags) => {
      const wanted = {
        ...(fingerprint !== undefined && { fingerprint }),
        ...(max !== undefined && { max }),
        ...(rate !== undefined && { rate }),
      }
      const act = (desk: DlqDesk): Promise<number> =>
        dlqReplay(desk, { maxAttempts, dryRun: dryRun === true, ...wanted })
      finish(await atDesk(configOf(options), outputOf(options), act))
    })
  add(
    {
      usage: 'resolve',
      description: 'say that dead letters ask for nobody any more',
      examples: [
        'dlq resolve 2-17',
        'dlq resolve 3f9a2c61d0b4e857',
        'dlq resolve ~/mail/broken.pdf',
      ],
    },
    dlq,
  )
    .argument('<id...>', 'dead letters, fingerprints, document ids, or paths of documents')
    .action(async (ids: string[], options: SharedOptions) => {
      const config = configOf(options)
      const asked = ids.map((id) => [id, documentIdFor(id, config.tenant)] as const)
      finish(await atDesk(config, outputOf(options), (desk) => dlqResolve(desk, asked)))
    })
}

/** Opens the log for looking and for writing, beside a process that may be working on it. */
const atDesk = async (
  config: Config,
  output: Output,
  act: (desk: DlqDesk) => Promise<number>,
): Promise<number> => {
  // Says so where there is no archive yet, before anything is made.
  await (await openView(config)).close()
  const target =
    config.drivers.log === 'kafka'
      ? await openServiceTarget(config)
      : await openPublishTarget(resolve(config.dataDir), config.partitions)
  const registry = await openRegistry(config)
  try {
    const topology = createPipeline(pipelineOptionsOf(config))
    return await act({ target, topology, registry, clock: systemClock, output })
  } finally {
    await registry.close()
    await target.close()
  }
}
