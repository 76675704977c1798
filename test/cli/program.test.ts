import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, it } from 'mocha'
import { createProgram } from '../../cli/program.ts'
import { runProgram } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

const leavesOf = (command: Command, before: readonly string[] = []): readonly string[][] =>
  command.commands
    .filter((each) => each.name() !== 'help')
    .flatMap((each) => {
      const names = [...before, each.name()]
      return each.commands.length > 0 ? leavesOf(each, names) : [[...names]]
    })

const nowhere = { write: () => true }
async function* nothing(): AsyncGenerator<Uint8Array> {}
const leaves = leavesOf(createProgram({ input: nothing(), out: nowhere, err: nowhere }, () => {}))

describe('the command line', () => {
  const folder = temporaryFolder()

  it('has the commands that are promised', () => {
    assert.deepEqual(leaves.map((names) => names.join(' ')).toSorted(), [
      'config print',
      'describe',
      'diff',
      'dlq ls',
      'dlq replay',
      'dlq resolve',
      'dlq show',
      'doctor',
      'models check',
      'models ls',
      'policy check',
      'policy reveal',
      'policy test',
      'presign',
      'publish',
      'redact',
      'run',
      'search',
      'show',
      'start',
      'status',
      'summaries rebuild',
      'summaries show',
      'topics apply',
      'topics check',
      'try',
      'vectors rebuild',
    ])
  })

  for (const names of [[], ['dlq'], ['config'], ...leaves])
    it(`shows examples with "${[...names, '--help'].join(' ')}"`, async () => {
      const said = await runProgram([...names, '--help'])
      assert.equal(said.code, 0)
      assert.equal(said.err, '')
      assert.match(said.out, /\nExamples:\n {2}\$ archive-streams /)
    })

  for (const names of leaves)
    it(`takes the shared options in "${names.join(' ')}"`, async () => {
      const { out } = await runProgram([...names, '--help'])
      for (const option of ['--profile', '--data-dir', '--tenant', '--set', '--json', '--log'])
        assert.ok(out.includes(option), option)
    })

  const mistakes = [
    [['stauts'], "unknown command 'stauts' (Did you mean status?)"],
    [['status', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
    [['help', 'strat'], 'unknown command \'strat\'; did you mean "start"?'],
    [['help', 'dlq', 'sho'], 'unknown command \'sho\'; did you mean "show"?'],
    [['dlq', 'sho'], "unknown command 'sho' (Did you mean show?)"],
    [['show'], "missing required argument 'document'"],
    [['search', '--limit', 'many', 'x'], 'expected a whole number of at least 1'],
    [['run', '--only', 'prepar'], 'no sub-topology "prepar" (Did you mean prepare?)'],
    [
      ['try', 'redct'],
      "value 'redct' is invalid for argument 'stage'. Did you mean redact? There are parse,",
    ],
    [['try', 'everything'], 'There are parse, recognise, redact'],
    [['status', '--log', 'loud'], 'Allowed choices are error, warn, info, debug'],
  ] as const
  for (const [args, message] of mistakes)
    it(`answers "${args.join(' ')}" with one line and exit code 2`, async () => {
      const said = await runProgram(args)
      assert.equal(said.code, 2)
      assert.equal(said.out, '')
      assert.ok(said.err.includes(message), said.err)
      assert.match(said.err, /^archive-streams: [^\n]+\n$/)
    })

  it('tells all that is wrong with the configuration at once, each with its place', async () => {
    const profile = join(folder(), 'mine.yaml')
    writeFileSync(profile, 'partitons: 4\nchunk:\n  maxTokens: none\nruntime:\n  drainMs: -1\n')
    const said = await runProgram([
      'status',
      '--profile',
      profile,
      '--set',
      'tenat=a',
      '--tenant',
      'not a tenant',
    ])
    assert.equal(said.code, 78)
    assert.equal(said.out, '')
    const [head, ...problems] = said.err.trimEnd().split('\n')
    assert.equal(head, 'archive-streams: the configuration is wrong:')
    assert.deepEqual(
      problems
        .map(
          (line) =>
            line
              .trim()
              .replace(/^.*mine\.yaml/, 'mine.yaml')
              .split(': ')[0],
        )
        .toSorted(),
      ['--set tenat', '--tenant', 'mine.yaml:1:1', 'mine.yaml:3:3', 'mine.yaml:5:3'],
    )
    assert.match(said.err, /did you mean "partitions"/)
  })

  it('takes flags over the environment over the profile', async () => {
    const profile = join(folder(), 'mine.yaml')
    writeFileSync(profile, 'tenant: from-file\npartitions: 8\nworkers: { threads: 3 }\n')
    process.env['ARCHIVE_STREAMS_TENANT'] = 'from-environment'
    process.env['ARCHIVE_STREAMS_PARTITIONS'] = '16'
    try {
      const args = ['config', 'print', '--json', '--profile', profile, '--tenant', 'from-flag']
      const { out } = await runProgram(args)
      const { options } = JSON.parse(out) as {
        options: { option: string; value: unknown; origin: string }[]
      }
      const at = (name: string) => {
        const found = options.find(({ option }) => option === name)
        return [found?.value, found?.origin.replace(/^.*mine\.yaml/, 'mine.yaml')]
      }
      assert.deepEqual(at('tenant'), ['from-flag', '--tenant'])
      assert.deepEqual(at('partitions'), [16, 'ARCHIVE_STREAMS_PARTITIONS'])
      assert.deepEqual(at('workers.threads'), [3, 'mine.yaml:3:12'])
      assert.deepEqual(at('chunk.maxTokens'), [512, 'default'])
    } finally {
      delete process.env['ARCHIVE_STREAMS_TENANT']
      delete process.env['ARCHIVE_STREAMS_PARTITIONS']
    }
  })

  it('masks secrets wherever it prints the configuration', async () => {
    process.env['ARCHIVE_STREAMS_REDACT__KEYS__MAIN'] = 'a secret of 24 characters'
    try {
      for (const args of [[], ['--json'], ['--docs']]) {
        const { out } = await runProgram(['config', 'print', ...args])
        assert.ok(!out.includes('a secret of 24 characters'))
        assert.match(out, /\*{8}/)
      }
    } finally {
      delete process.env['ARCHIVE_STREAMS_REDACT__KEYS__MAIN']
    }
  })
})
