import type { Config } from '../config/schema.ts'
import { wholeNumber, type CommandLine } from './command-line.ts'
import { searchCommand } from './commands/search.ts'
import { show } from './commands/show.ts'
import { status } from './commands/status.ts'
import { addDeadLetterCommands } from './dead-letter-commands.ts'
import { documentIdFor } from './document-id-for.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { openModels } from './open-models.ts'
import { openView } from './open-view.ts'
import type { Output } from './output.ts'
import { pipelineOptionsOf } from './pipeline-options.ts'
import type { ArchiveView } from './read/archive-view.ts'
import { collect, type SharedOptions } from './shared-options.ts'

export type Look = (view: ArchiveView, output: Output, config: Config) => Promise<number>

/** Commands that look at an archive: status, dlq, search, show. Of them only `dlq replay` and `dlq resolve` change something. */
export const addArchiveCommands = (commandLine: CommandLine): void => {
  const { add, configOf, outputOf, finish } = commandLine
  const viewing = async (options: SharedOptions, look: Look): Promise<void> => {
    const config = configOf(options)
    const view = await openView(config)
    try {
      finish(await look(view, outputOf(options), config))
    } finally {
      await view.close()
    }
  }

  add({
    usage: 'status',
    description: 'how far every sub-topology is; also while a job is running',
    examples: ['status', 'status --json', 'status --profile kafka --at http://10.0.0.7:9464'],
  })
    .option('--at <url>', 'a process to ask, by its --metrics-port (repeatable)', collect)
    .action((options: SharedOptions & { at?: string[] }) =>
      viewing(options, (view, output, config) => status(view, output, config, options.at)),
    )

  addDeadLetterCommands(commandLine, viewing)
  addSearchCommand(commandLine, viewing)

  add({
    usage: 'show',
    description: 'everything the archive knows of one document',
    examples: ['show ~/mail/17.eml', 'show 8b0c9a51-3c52-5b5c-9d0a-0a6a4f1f8f6e --json'],
  })
    .argument('<document>', 'document id, or the path or URI it was published from')
    .action((document: string, options: SharedOptions) =>
      viewing(options, (view, output, config) =>
        show(view, output, documentIdFor(document, config.tenant)),
      ),
    )
}

export type Viewing = (options: SharedOptions, look: Look) => Promise<void>

interface SearchFlags extends SharedOptions {
  readonly limit: number
  readonly type?: string
}

const addSearchCommand = ({ add }: CommandLine, viewing: Viewing): void => {
  add({
    usage: 'search',
    description: 'the chunks closest to the words',
    examples: ['search "delayed shipment"', 'search --limit 3 --type message/rfc822 invoice'],
  })
    .argument('<words...>')
    .option('--limit <n>', 'how many', wholeNumber(1), 10)
    .option('--type <media-type>', 'only documents of this type')
    .action((words: string[], options: SearchFlags) => {
      requireWords(words)
      return viewing(options, async (view, output, config) => {
        const { card } = pipelineOptionsOf(config).embed
        const models = await openModels(config)
        const wanted = {
          limit: options.limit,
          model: card.name,
          modelVersion: card.version,
          tenant: config.tenant,
          ...(options.type !== undefined && { type: options.type }),
        }
        try {
          return await searchCommand(view, models, output, words.join(' '), wanted)
        } finally {
          await models.close()
        }
      })
    })
}

/** Without a word every chunk would be as close as any other. */
const requireWords = (words: readonly string[]): void => {
  if (/[\p{L}\p{N}]/u.test(words.join(' '))) return
  const message = 'search for words: give at least one letter or digit; --help shows examples'
  throw new CommandError(exitCodes.usage, message)
}
