import type { Command } from 'commander'
import { meantHint } from '../topology/model/nearest.ts'

/** `help dlq replay`: as `dlq replay --help`. Commander's own shows everything when it does not know a command, and does not say so. */
export const addHelpCommand = (program: Command): void => {
  program
    .helpCommand(false)
    .command('help')
    .argument('[command...]', 'the command to tell about')
    .description('what a command does and takes')
    .action((names: readonly string[]) => commandNamed(program, names).help())
}

const commandNamed = (program: Command, names: readonly string[]): Command =>
  names.reduce((group, name) => {
    const found = group.commands.find((each) => each.name() === name)
    if (found) return found
    const known = group.commands.map((each) => each.name())
    return program.error(`unknown command '${name}'${meantHint(name, known)}`)
  }, program)
