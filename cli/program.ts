import { Command, Option } from 'commander'
import { existsSync } from 'node:fs'
import { createEmbeddedModelServer } from '../drivers/embedded/model-server/embedded-model-server.ts'
import { createConsoleTelemetry, type LogLevel } from '../drivers/telemetry/console-telemetry.ts'
import { fileUriOf } from '../processors/fetch/member-uri.ts'
import { readModelCard } from '../gpu-runners/models/read-model-card.ts'
import { asTenantId, asUri } from '../schemas/brands.ts'
import { documentIdOf } from '../topology/model/uuid.ts'
import type { FlagValue } from '../config/flag-layer.ts'
import type { Config } from '../config/schema.ts'
import { dlqList, dlqShow } from './commands/dlq.ts'
import { publishCommand } from './commands/publish.ts'
import { run } from './commands/run.ts'
import { searchCommand } from './commands/search.ts'
import { show } from './commands/show.ts'
import { start } from './commands/start.ts'
import { status } from './commands/status.ts'
import { packageVersion } from './identity.ts'
import { loadOrFail } from './load-config.ts'
import { openView } from './open-view.ts'
import { createOutput, type Output } from './output.ts'
import type { ArchiveView } from './read/archive-view.ts'

interface Stream {
  readonly write: (text: string) => unknown
}

/** Options that every command takes. */
interface Shared {
  readonly profile: string
  readonly dataDir?: string
  readonly tenant?: string
  readonly json?: boolean
  readonly source?: string[]
  readonly set?: string[]
  readonly log?: LogLevel
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]

/** The command line. `finish` gets the exit code of the command that ran. */
export const createProgram = (
  out: Stream,
  err: Stream,
  finish: (code: number) => void,
): Command => {
  const program = new Command('archive-streams')
    .description('From mail, chats and documents to Parquet, vectors and summaries.')
    .version(packageVersion)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows what there is)')
  const outputOf = (options: Shared): Output => createOutput(options.json === true, out, err)
  const telemetryOf = (options: Shared) =>
    createConsoleTelemetry({
      format: options.json ? 'json' : 'human',
      level: options.log ?? 'warn',
    })

  const command = (
    name: string,
    description: string,
    examples: readonly string[],
    parent: Command = program,
  ): Command =>
    parent
      .command(name)
      .description(description)
      .option('--profile <name>', 'built-in profile or path of a YAML file', 'embedded')
      .option('--data-dir <folder>', 'everything that is written goes there')
      .option('--tenant <name>', 'whose archive this is')
      .option('--set <option=value>', 'any option of the configuration (repeatable)', collect)
      .option('--json', 'print JSON for programs instead of lines for people')
      .addOption(
        new Option('--log <level>', 'log lines on standard error').choices([
          'error',
          'warn',
          'info',
          'debug',
        ]),
      )
      .addHelpText(
        'after',
        `\nExamples:\n${examples.map((each) => `  $ archive-streams ${each}`).join('\n')}`,
      )

  const viewing = async (
    options: Shared,
    look: (view: ArchiveView, output: Output, config: Config) => Promise<number>,
  ): Promise<void> => {
    const config = loadOrFail(options.profile, flagsOf(options))
    const view = await openView(config)
    try {
      finish(await look(view, outputOf(options), config))
    } finally {
      await view.close()
    }
  }

  const source = ['--source <path>', 'file or folder to publish (repeatable)', collect] as const

  command('start', 'publish, run until everything is written, report', [
    'start --source ~/mail',
    'start --source inbox.mbox --data-dir /tmp/out --json',
  ])
    .option(...source)
    .action(async (options: Shared) => {
      const config = loadOrFail(options.profile, flagsOf(options))
      finish(await start({ config, output: outputOf(options) }, telemetryOf(options)))
    })

  command('run', 'keep running, all sub-topologies or some; SIGTERM drains', [
    'run --source /srv/archive',
    'run --only prepare,embed',
  ])
    .option(...source)
    .option('--only <names>', 'sub-topologies, separated by commas')
    .action(async (options: Shared & { only?: string }) => {
      const config = loadOrFail(options.profile, flagsOf(options))
      const context = { config, output: outputOf(options) }
      finish(await run(context, telemetryOf(options), options.only?.split(',')))
    })

  command('publish', 'publish document events for files, folders, mboxes and zips', [
    'publish ~/mail inbox.mbox export.zip',
    'publish --erase ~/mail/private.eml',
  ])
    .argument('<path...>')
    .option('--erase', 'publish events that remove the documents and what was made of them')
    .action(async (paths: string[], options: Shared & { erase?: boolean }) => {
      const config = loadOrFail(options.profile, flagsOf(options))
      const context = { config, output: outputOf(options) }
      finish(await publishCommand(context, paths, options.erase === true))
    })

  command('status', 'how far every sub-topology is', ['status', 'status --json']).action(
    (options: Shared) => viewing(options, status),
  )

  const dlq = program.command('dlq').description('dead letters: what failed, why, and what to do')
  command('ls', 'dead letters by cause', ['dlq ls'], dlq).action((options: Shared) =>
    viewing(options, dlqList),
  )
  command('show', 'one dead letter, or all of a document or cause', ['dlq show 2-17'], dlq)
    .argument('<id>', 'dead letter, document or fingerprint')
    .action((id: string, options: Shared) =>
      viewing(options, (view, output) => dlqShow(view, output, id)),
    )

  command('search', 'the chunks closest to the words', ['search "delayed shipment"'])
    .argument('<words...>')
    .option('--limit <n>', 'how many', Number, 10)
    .option('--type <media-type>', 'only documents of this type')
    .action((words: string[], options: Shared & { limit: number; type?: string }) =>
      viewing(options, async (view, output, config) => {
        const card = readModelCard(config.models.embed, 'embed')
        const models = createEmbeddedModelServer()
        const wanted = {
          limit: options.limit,
          model: card.name,
          modelVersion: card.version,
          ...(options.type !== undefined && { type: options.type }),
        }
        try {
          return await searchCommand(view, models, output, words.join(' '), wanted)
        } finally {
          await models.close()
        }
      }),
    )

  command('show', 'everything the archive knows of one document', ['show ~/mail/17.eml'])
    .argument('<document>', 'document id, or the path or URI it was published from')
    .action((document: string, options: Shared) =>
      viewing(options, (view, output, config) =>
        show(view, output, documentIdFor(document, config.tenant)),
      ),
    )
  return program
}

/** Command-line flags that set options. */
const flagsOf = (options: Shared): readonly FlagValue[] => [
  ...(options.dataDir === undefined
    ? []
    : [{ flag: '--data-dir', path: 'dataDir', value: options.dataDir }]),
  ...(options.tenant === undefined
    ? []
    : [{ flag: '--tenant', path: 'tenant', value: options.tenant }]),
  ...(options.source === undefined
    ? []
    : [{ flag: '--source', path: 'sources', value: options.source }]),
  ...(options.set ?? []).map((text) => {
    const at = text.indexOf('=')
    const [path, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
    return { flag: `--set ${path}`, path, value: parsed(value) }
  }),
]

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** A document by its id, its URI or the path of its file. */
export const documentIdFor = (given: string, tenant: string): string => {
  if (uuid.test(given)) return given
  const uri =
    /^[a-z0-9]+:/.test(given) && !existsSync(given) ? asUri(given) : fileUriOf(resolvePath(given))
  return documentIdOf(asTenantId(tenant), uri)
}

const resolvePath = (path: string): string => new URL(path, `file://${process.cwd()}/`).pathname
