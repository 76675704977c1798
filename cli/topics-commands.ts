import { withExamples, type CommandLine } from './command-line.ts'
import { topicsCommand } from './commands/topics.ts'
import type { SharedOptions } from './shared-options.ts'

/** Commands that make Kafka and the registry ready: topics apply, topics check. */
export const addTopicsCommands = (commandLine: CommandLine): void => {
  const { program, add, configOf, outputOf, finish } = commandLine
  const topics = withExamples(
    program
      .command('topics')
      .description('topics on Kafka and schemas in the registry, as the topology needs them'),
    ['topics check --profile kafka', 'topics apply --profile kafka'],
  )
  const run = async (options: SharedOptions, apply: boolean): Promise<void> =>
    finish(await topicsCommand({ config: configOf(options), output: outputOf(options) }, apply))
  add(
    {
      usage: 'check',
      description: 'what is missing or other than it should be; changes nothing',
      examples: ['topics check --profile kafka', 'topics check --profile ./mine.yaml --json'],
    },
    topics,
  ).action((options: SharedOptions) => run(options, false))
  add(
    {
      usage: 'apply',
      description: 'says what is to be done, then creates, configures and registers it',
      examples: ['topics apply --profile kafka'],
    },
    topics,
  ).action((options: SharedOptions) => run(options, true))
}
