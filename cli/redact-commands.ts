import type { Command } from 'commander'
import { requirePolicy } from '../processors/redact/load-policy.ts'
import { revealed } from '../processors/redact/reversible.ts'
import { runPolicyTests } from '../processors/redact/run-policy-tests.ts'
import { withExamples, type CommandLine } from './command-line.ts'
import { exitCodes } from './exit-codes.ts'
import { counted } from './output.ts'
import { pipelineOptionsOf } from './pipeline-options.ts'
import { namesInTexts } from './redact/document-names.ts'
import { redactFile } from './redact/redact-file.ts'
import { flag, type SharedOptions } from './shared-options.ts'
import { takesPaint } from './write-line.ts'

interface RedactFlags extends SharedOptions {
  readonly policy?: string
  readonly explain?: boolean
}

const PLAIN_WIDTH = 120

/** Commands about redaction alone: redact, policy check, policy test. */
export const addRedactCommands = (commandLine: CommandLine): void => {
  const { add, configOf, outputOf, streams, finish } = commandLine
  add({
    usage: 'redact',
    description: 'redacts one file and prints it, without archiving anything',
    examples: [
      'redact letter.eml',
      'redact letter.eml --policy ./support-desk.yaml --explain',
      'redact - < note.txt',
    ],
  })
    .addHelpText('after', redactHelp)
    .argument('<file>', 'a file that the pipeline could read, or - for text on standard input')
    .option('--policy <name>', 'redaction policy: a built-in one or the path of a file')
    .option('--explain', 'before and after side by side, and the reason of each finding')
    .action(async (file: string, options: RedactFlags) => {
      const config = configOf(options, flag('--policy', 'redact.policy', options.policy))
      const source =
        file === '-'
          ? ({ kind: 'text', text: await textOf(streams.input) } as const)
          : ({ kind: 'file', path: file } as const)
      const terminal = streams.out.isTTY === true
      finish(
        await redactFile(source, config, outputOf(options), {
          explain: options.explain === true,
          width: terminal && streams.out.columns ? streams.out.columns : PLAIN_WIDTH,
          colours: takesPaint(streams.out),
        }),
      )
    })
  addPolicyCommands(commandLine)
}

const addPolicyCommands = (commandLine: CommandLine): void => {
  const { program, add, configOf, outputOf, finish } = commandLine
  const group = withExamples(
    program.command('policy').description('checks and tests redaction policies'),
    ['policy check ./support-desk.yaml', 'policy test ./support-desk.yaml'],
  )
  const open = (file: string, options: SharedOptions) => {
    const config = configOf(options, flag('FILE', 'redact.policy', file))
    const { policy, keys } = pipelineOptionsOf(config).redact
    return { policy: requirePolicy(policy, keys), keys, tenantId: config.tenant, config }
  }

  add(
    {
      usage: 'check',
      description: 'says all that is wrong with a policy, each with its line',
      examples: ['policy check ./support-desk.yaml'],
    },
    group,
  )
    .argument('<policy>', 'path of a policy file, or the name of a built-in one')
    .action((file: string, options: SharedOptions) => {
      const { policyVersion, file: content } = open(file, options).policy
      const output = outputOf(options)
      const parts = [
        counted(content.custom.length, 'custom recogniser'),
        counted(content.tests.length, 'test'),
      ]
      output.line(`${policyVersion} is right: ${parts.join(', ')}`)
      output.value({ policyVersion, custom: content.custom.length, tests: content.tests.length })
      finish(exitCodes.ok)
    })

  add(
    {
      usage: 'test',
      description: 'runs the test cases that a policy brings with it',
      examples: ['policy test ./support-desk.yaml --json'],
    },
    group,
  )
    .addHelpText('after', testHelp)
    .argument('<policy>', 'path of a policy file, or the name of a built-in one')
    .action(async (file: string, options: SharedOptions) => {
      const { policy, keys, tenantId, config } = open(file, options)
      const output = outputOf(options)
      const names = await namesInTexts(config, policy.file.tests)
      const results = runPolicyTests(policy, keys, tenantId, names)
      const failed = results.filter(({ failures }) => failures.length > 0)
      for (const { name, failures } of failed)
        for (const failure of failures) output.line(`${name}: ${failure}`)
      const passed = results.length - failed.length
      output.line(
        `${policy.policyVersion}: ${counted(passed, 'test')} passed, ${failed.length} failed`,
      )
      output.value({ policyVersion: policy.policyVersion, passed, failed: failed.length, results })
      finish(failed.length > 0 ? exitCodes.failed : exitCodes.ok)
    })

  addReveal(commandLine, group)
}

/** Undoes `encrypt` and `fpe`. */
const addReveal = ({ add, configOf, outputOf, finish }: CommandLine, group: Command): void => {
  add(
    {
      usage: 'reveal',
      description: 'reads again what the operators encrypt and fpe wrote; prints personal data',
      examples: ["policy reveal '[CREDIT_CARD:desk-2026:2128 8572 6484 5279:f38]'"],
    },
    group,
  )
    .argument('<label...>', 'labels with their brackets; their keys must be in the environment')
    .action((labels: string[], options: SharedOptions) => {
      const config = configOf(options)
      const output = outputOf(options)
      const { keys } = pipelineOptionsOf(config).redact
      const values = labels.map((label) => revealed(label, keys, config.tenant))
      for (const value of values)
        output.line(value ?? 'cannot be read: another key or tenant, or no such label')
      output.value(values.map((value) => value ?? null))
      finish(values.includes(undefined) ? exitCodes.failed : exitCodes.ok)
    })
}

const textOf = async (stream: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

const redactHelp = `
With --explain the output holds the personal data of the file. Colours and the width of the window are used on a terminal,
120 columns and no colours elsewhere. A file that cannot be read or is refused by the policy's budget gives exit code 3.`

const testHelp = `
A policy that is wrong gives exit code 78, a test that fails 1.`
