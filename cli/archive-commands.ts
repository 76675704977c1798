import type { Config } from '../config/schema.ts'
import { wholeNumber, type CommandLine } from './command-line.ts'
import { presign } from './commands/presign.ts'
import { show } from './commands/show.ts'
import { status } from './commands/status.ts'
import { addDeadLetterCommands } from './dead-letter-commands.ts'
import { documentIdFor } from './document-id-for.ts'
import { openView } from './open-view.ts'
import type { Output } from './output.ts'
import type { ArchiveView } from './read/archive-view.ts'
import { addSearchCommand } from './search-command.ts'
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
  addPresignCommand(commandLine)

  add({
    usage: 'show',
    description: 'everything the archive knows of one document',
    examples: ['show ~/mail/17.eml', 'show 8b0c9a51-3c52-5b5c-9d0a-0a6a4f1f8f6e --json'],
  })
    .argument('<document>', 'document id, or the path or URI it was published from')
    .action((document: string, options: SharedOptions) =>
      viewing(options, (view, output, config) =>
        show(view, output, documentIdFor(document, config.tenant), document),
      ),
    )
}

/** `presign`: needs no archive, and asks the store nothing. */
const addPresignCommand = ({ add, configOf, outputOf, finish }: CommandLine): void => {
  add({
    usage: 'presign',
    description: 'a URL by which anybody may read one object in the bucket for a while',
    examples: [
      'presign s3://archive/archive-streams/summaries/acme/8b/8b0c….json --profile ./on-s3.yaml',
    ],
  })
    .argument('<uri>', 'URI of an object, as topics and datasets have it')
    .option('--expires <seconds>', 'for how long it holds, at most a week', wholeNumber(1), 3600)
    .action(async (uri: string, options: SharedOptions & { readonly expires: number }) =>
      finish(await presign(configOf(options), outputOf(options), uri, options.expires)),
    )
}

export type Viewing = (options: SharedOptions, look: Look) => Promise<void>
