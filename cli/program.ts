import { Command } from 'commander'
import { addArchiveCommands } from './archive-commands.ts'
import { createCommandLine, withExamples, type Streams } from './command-line.ts'
import { packageVersion } from './identity.ts'
import { addHelpCommand } from './help-command.ts'
import { addJobCommands } from './job-commands.ts'
import { addModelsCommands } from './models-commands.ts'
import { addRedactCommands } from './redact-commands.ts'
import { addSummariesCommands } from './summaries-commands.ts'
import { addTopologyCommands } from './topology-commands.ts'
import { addTopicsCommands } from './topics-commands.ts'
import { addTryCommand } from './try-commands.ts'
import { addVectorsCommands } from './vectors-commands.ts'

/** The command line. `finish` gets the exit code of the command that ran. */
export const createProgram = (streams: Streams, finish: (code: number) => void): Command => {
  const program = new Command('archive-streams')
    .description('From mail, chats and documents to Parquet, vectors and summaries.')
    .version(packageVersion)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.out.write(text),
      writeErr: (text) => void streams.err.write(text),
      outputError: (text, write) => write(oneLine(text)),
    })
    .showSuggestionAfterError()
  withExamples(program, [
    'start --source ~/mail',
    'search "delayed shipment"',
    'try redact letter.eml',
    'help start',
  ])
  program.addHelpText('after', besideJob)
  const commandLine = createCommandLine(program, streams, finish)
  addJobCommands(commandLine)
  addArchiveCommands(commandLine)
  addSummariesCommands(commandLine)
  addVectorsCommands(commandLine)
  addModelsCommands(commandLine)
  addTryCommand(commandLine)
  addRedactCommands(commandLine)
  addTopologyCommands(commandLine)
  addTopicsCommands(commandLine)
  addHelpCommand(program)
  return program
}

const besideJob = `
One process works on a data folder at a time. Beside it, status, dlq, search, show and doctor look at the archive as it
is, and publish hands the running job what is new; without one, it lies in the log for the next job.`

/** What was wrong with the command line and what was meant, in one line. */
const oneLine = (text: string): string => {
  const said = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '')
  return `archive-streams: ${said}; --help shows what there is\n`
}
