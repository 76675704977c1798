import { withExamples, type CommandLine } from './command-line.ts'
import { checkUsedModels, listModels } from './commands/models.ts'
import type { SharedOptions } from './shared-options.ts'

/** `models ls`, `models check`. */
export const addModelsCommands = (commandLine: CommandLine): void => {
  const { program, add, configOf, outputOf, finish } = commandLine
  const models = withExamples(
    program.command('models').description('models of the model server, and their cards'),
    ['models ls', 'models check --profile ./mine.yaml'],
  )
  add(
    {
      usage: 'ls',
      description: 'what the server has loaded, and whether it is what its card says',
      examples: ['models ls', 'models ls --profile ./mine.yaml --json'],
    },
    models,
  ).action(async (options: SharedOptions) =>
    finish(await listModels({ config: configOf(options), output: outputOf(options) })),
  )
  add(
    {
      usage: 'check',
      description: 'whether the server has the models that are used, as their cards describe them',
      examples: ['models check', 'models check --profile ./mine.yaml --json'],
    },
    models,
  ).action(async (options: SharedOptions) =>
    finish(await checkUsedModels({ config: configOf(options), output: outputOf(options) })),
  )
}
