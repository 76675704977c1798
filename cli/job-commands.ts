import { Option } from 'commander'
import type { DeadlineClass } from '../topology/model/deadline-class.ts'
import { wholeNumber, type CommandLine } from './command-line.ts'
import { listen } from './commands/listen.ts'
import { publishCommand } from './commands/publish.ts'
import { run } from './commands/run.ts'
import { start } from './commands/start.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { collect, flag, type SharedOptions } from './shared-options.ts'

interface WithSources extends SharedOptions {
  readonly source?: string[]
  readonly metricsPort?: number
}

interface PublishFlags extends SharedOptions {
  readonly erase?: boolean
  readonly listen?: string
  readonly deadline: DeadlineClass
}

const requirePathsOrListen = (paths: readonly string[], { erase, listen: at }: PublishFlags) => {
  if (at === undefined && paths.length === 0)
    throw new CommandError(exitCodes.usage, "missing required argument 'path'")
  if (at !== undefined && (paths.length > 0 || erase))
    throw new CommandError(exitCodes.usage, '--listen takes neither paths nor --erase')
}

const source = ['--source <path>', 'file or folder to publish (repeatable)', collect] as const

const metricsPort = [
  '--metrics-port <n>',
  'port of /metrics, /health/live and /health/ready; 0 is any free one',
  wholeNumber(0),
] as const

const portOf = ({ metricsPort: port }: WithSources) => flag('--metrics-port', 'http.port', port)

/** Commands that work on the archive: start, run, publish. */
export const addJobCommands = ({ add, configOf, outputOf, telemetryOf, finish }: CommandLine) => {
  add({
    usage: 'start',
    description: 'publish, run until everything is written, report',
    examples: ['start --source ~/mail', 'start --source inbox.mbox --data-dir /tmp/out --json'],
  })
    .option(...source)
    .option(...metricsPort)
    .action(async (options: WithSources) => {
      const context = { config: configOf(options, portOf(options)), output: outputOf(options) }
      finish(await start(context, telemetryOf(options)))
    })

  add({
    usage: 'run',
    description: 'keep running, all sub-topologies or some; SIGTERM or SIGHUP drains',
    examples: ['run --source /srv/archive', 'run --only prepare,embed'],
  })
    .option(...source)
    .option('--only <names>', 'sub-topologies, separated by commas')
    .option('--no-publish', 'read sources, but leave it to others to publish what is in them')
    .option(...metricsPort)
    .action(async (options: WithSources & { only?: string; publish: boolean }) => {
      const context = { config: configOf(options, portOf(options)), output: outputOf(options) }
      const only = options.only?.split(',').map((name) => name.trim())
      finish(await run(context, telemetryOf(options), only, options.publish))
    })

  add({
    usage: 'publish',
    description: 'publish events for files, folders, mboxes and zips; also while a job is running',
    examples: [
      'publish ~/mail inbox.mbox export.zip',
      'publish ~/mail && archive-streams run --source ~/mail',
      'publish --erase ~/mail/private.eml',
      "publish --erase 'file:///home/ada/export.zip#entry=a.eml' s3://archive/mail/17.eml",
      'publish --deadline interactive ~/mail/urgent.eml',
      'publish --listen 9465',
    ],
  })
    .argument(
      '[path...]',
      'files and folders, with --erase also URIs of documents; none with --listen',
    )
    .option('--listen <address>', 'publish the objects that a store announces here, by webhook')
    .option('--erase', 'publish events that remove the documents and what was made of them')
    .addOption(
      new Option(
        '--deadline <class>',
        'interactive: somebody waits for them, and models take them before bulk',
      )
        .choices(['interactive', 'bulk'])
        .default('bulk'),
    )
    .action(async (paths: string[], options: PublishFlags) => {
      requirePathsOrListen(paths, options)
      const context = { config: configOf(options), output: outputOf(options) }
      finish(
        options.listen === undefined
          ? await publishCommand(context, paths, options.erase === true, options.deadline)
          : await listen(context, options.listen),
      )
    })
}
