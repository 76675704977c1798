import { InvalidArgumentError, type Command } from 'commander'
import type { FlagValue } from '../config/flag-layer.ts'
import type { Config } from '../config/schema.ts'
import { createConsoleTelemetry } from '../drivers/telemetry/console-telemetry.ts'
import type { Telemetry } from '../topology/ports/telemetry.ts'
import { oncePerCause } from './job/once-per-cause.ts'
import { loadOrFail } from './load-config.ts'
import { createOutput, type Output } from './output.ts'
import { addSharedOptions, flagsOf, type SharedOptions } from './shared-options.ts'
import { onCleanLine, type TextStream } from './write-line.ts'

/** What the command line touches of its process. */
export interface Streams {
  readonly input: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean }
  readonly out: TextStream
  readonly err: TextStream
}

/** What a command is besides what it does. Examples are written without the program's name. */
export interface CommandText {
  readonly usage: string
  readonly description: string
  readonly examples: readonly string[]
}

/** What the groups of commands are built with. */
export interface CommandLine {
  readonly program: Command
  readonly streams: Streams
  /** Gets the exit code of the command that ran. */
  readonly finish: (code: number) => void
  /** Adds a command with the shared options and its examples. */
  readonly add: (text: CommandText, parent?: Command) => Command
  readonly configOf: (
    options: SharedOptions & { readonly source?: string[] },
    more?: readonly FlagValue[],
  ) => Config
  readonly outputOf: (options: SharedOptions) => Output
  readonly telemetryOf: (options: SharedOptions) => Telemetry
}

export const createCommandLine = (
  program: Command,
  streams: Streams,
  finish: (code: number) => void,
): CommandLine => {
  const notes = streams.err.isTTY === true ? besideProgress(streams.err) : streams.err
  return {
    program,
    streams,
    finish,
    add: (text, parent = program) =>
      addSharedOptions(
        withExamples(parent.command(text.usage).description(text.description), text.examples),
      ),
    configOf: (options, more = []) => loadOrFail(options.profile, [...flagsOf(options), ...more]),
    outputOf: (options) => createOutput(options.json === true, streams.out, notes),
    telemetryOf: ({ json, log }) => {
      const telemetry = createConsoleTelemetry({
        format: json ? 'json' : 'human',
        level: log ?? 'warn',
        ...(streams.err.isTTY === true && { destination: notes }),
      })
      return log === undefined ? oncePerCause(telemetry) : telemetry
    },
  }
}

/** Lines where a progress line may stand: they take its place, and it comes again below them. */
const besideProgress = (stream: TextStream) => ({
  write: (line: string): void => void stream.write(onCleanLine(line)),
})

export const withExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText(
    'after',
    `\nExamples:\n${examples.map((each) => `  $ archive-streams ${each}`).join('\n')}`,
  )

/** A whole number of at least `least`, as the value of an option. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value
    throw new InvalidArgumentError(`expected a whole number of at least ${least}`)
  }
