import { Option } from 'commander'
import { describe } from '../topology/model/describe.ts'
import { createPipeline } from '../topology/pipeline.ts'
import { withExamples, type CommandLine } from './command-line.ts'
import { configPrint } from './commands/config-print.ts'
import { describeAs, describeFormats, type DescribeFormat } from './commands/describe.ts'
import { descriptionIn, diffCommand } from './commands/diff.ts'
import { doctor } from './commands/doctor.ts'
import { exitCodes } from './exit-codes.ts'
import { loadFrom, loadedOrFail } from './load-config.ts'
import { pipelineOptionsOf } from './pipeline-options.ts'
import { collect, flagsOf, type SharedOptions } from './shared-options.ts'

/** Commands that look at the profile and touch no archive: describe, diff, config print, doctor. */
export const addTopologyCommands = (commandLine: CommandLine): void => {
  const { add, configOf, outputOf, streams, finish } = commandLine
  const topologyOf = (options: SharedOptions) =>
    createPipeline(pipelineOptionsOf(configOf(options)))

  add({
    usage: 'describe',
    description: 'the topology of the profile: as text, as JSON or as a picture',
    examples: ['describe', 'describe --format mermaid', 'describe --format json > topology.json'],
  })
    .addOption(
      new Option('--format <format>', 'text, or json with --json').choices(describeFormats),
    )
    .action((options: SharedOptions & { format?: DescribeFormat }) => {
      const format = options.format ?? (options.json ? 'json' : 'text')
      streams.out.write(describeAs(topologyOf(options), format))
      finish(exitCodes.ok)
    })

  add({
    usage: 'diff',
    description: 'what changed between two topologies, and what that asks for',
    examples: ['diff topology.json', 'diff old.json new.json --json'],
  })
    .addHelpText('after', diffHelp)
    .argument('<old>', 'file that describe --format json wrote')
    .argument('[new]', 'the same; the topology of the profile when left out')
    .action((old: string, current: string | undefined, options: SharedOptions) => {
      const before = descriptionIn(old)
      const after = current === undefined ? describe(topologyOf(options)) : descriptionIn(current)
      finish(diffCommand(before, after, outputOf(options)))
    })

  addConfigCommands(commandLine)

  add({
    usage: 'doctor',
    description: 'checks whether the profile can work on this machine, and says what to do',
    examples: ['doctor', 'doctor --source ~/mail --profile ./production.yaml --json'],
  })
    .option('--source <path>', 'file or folder that is to be read (repeatable)', collect)
    .action(async (options: SharedOptions & { source?: string[] }) => {
      const load = loadFrom(options.profile, flagsOf(options))
      finish(await doctor(options.profile, load, outputOf(options)))
    })
}

const addConfigCommands = ({ program, add, outputOf, finish }: CommandLine): void => {
  const config = withExamples(
    program.command('config').description('the configuration of profile, environment and flags'),
    ['config print'],
  )
  add(
    {
      usage: 'print',
      description: 'every option with its value and where that came from; secrets are masked',
      examples: [
        'config print',
        'config print --docs',
        'config print --profile ./mine.yaml --json',
      ],
    },
    config,
  )
    .option('--docs', 'also what every option means and the variable that sets it')
    .action((options: SharedOptions & { docs?: boolean }) => {
      const loaded = loadedOrFail(options.profile, flagsOf(options))
      finish(configPrint(loaded, outputOf(options), options.docs === true))
    })
}

const diffHelp = `
Exit codes: 0 nothing to do besides deploying, 10 old documents must be replayed for equal results, 20 the order of a
key may break unless the old version is drained first, 30 consumers or producers must change first.`
