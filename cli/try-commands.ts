import { Argument, InvalidArgumentError } from 'commander'
import { nearest } from '../topology/model/nearest.ts'
import { wholeNumber, type CommandLine } from './command-line.ts'
import { tryCommand } from './commands/try.ts'
import { flag, type SharedOptions } from './shared-options.ts'
import { itemsOfFiles, itemsOfLines } from './try/item.ts'
import { openTryStage, tryStageNames, type TryStageName } from './try/open-try-stage.ts'
import { lineWriter } from './write-line.ts'

interface TryFlags extends SharedOptions {
  readonly policy?: string
  readonly tokenizer?: string
  readonly maxTokens?: number
  readonly overlap?: number
  readonly model?: string
}

const afterHelp = `
Without FILE, lines of standard input are read: {"id", "text"} or {"id", "path"}. Every input gives one JSON line.
A file is parsed first; a text is taken as it is. Offsets are UTF-16 units, half-open; those of redact's findings are
of the text before redaction.

  parse      {text, spans, subject, participants, dates, attachments, warnings, type, language}
  recognise  {names: [{start, end, type, score}], model}; of a mail with a subject {subject}, too
  redact     {text, findings: [{start, end, type, score, recogniser}]}
  tokenise   {ids, offsets: [[start, end]]}
  chunk      {chunks: [{start, end, ids}]}
  embed      {vector, model}
  classify   {scores: {model: {label: score}}, accepted: {model: [label]}}
  summarise  {text, model, tokensIn, tokensOut, truncated}

What cannot be read gives {error: {code, message}}, and exit code 3 at the end. There is no deadline: a stage takes
its time.`

/** The command that runs one stage alone. */
export const addTryCommand = ({ add, configOf, outputOf, streams, finish }: CommandLine): void => {
  add({
    usage: 'try',
    description: 'run one stage alone on files, or on JSON lines from standard input',
    examples: [
      'try parse letter.eml report.pdf',
      `try redact --policy everything < texts.jsonl`,
      'try chunk --max-tokens 128 --overlap 16 notes.md | head -1',
    ],
  })
    .addHelpText('after', afterHelp)
    .addArgument(new Argument('<stage>').argParser(stageNamed))
    .argument('[file...]')
    .option('--policy <name>', 'redaction policy: a built-in one or the path of a file')
    .option('--tokenizer <file>', 'path of a tokenizer.json')
    .option('--max-tokens <n>', 'tokens of one chunk, or of a summary', wholeNumber(1))
    .option('--overlap <n>', 'tokens that a chunk repeats from the one before', wholeNumber(0))
    .option(
      '--model <name>',
      'model that embeds, classifies, summarises or, by its card, recognises names',
    )
    .action(async (name: TryStageName, files: string[], options: TryFlags) => {
      const config = configOf(options, flagsOfStage(name, options))
      const stage = await openTryStage(
        name,
        config,
        options.maxTokens === undefined ? {} : { maxSummaryTokens: options.maxTokens },
      )
      if (files.length === 0 && streams.input.isTTY)
        outputOf(options).note('reading lines {"id", "text"} or {"id", "path"}; Ctrl-D ends')
      const items =
        files.length > 0 ? itemsOfFiles(files) : itemsOfLines(streams.input, config.fetch.maxBytes)
      try {
        finish(await tryCommand(stage, items, lineWriter(streams.out)))
      } finally {
        await stage.close()
      }
    })
}

const stageNamed = (name: string): TryStageName => {
  const stage = tryStageNames.find((each) => each === name)
  if (stage) return stage
  const meant = nearest(name, tryStageNames)
  const hint = meant ? `Did you mean ${meant}? ` : ''
  throw new InvalidArgumentError(`${hint}There are ${tryStageNames.join(', ')}.`)
}

const flagsOfStage = (stage: TryStageName, options: TryFlags) => [
  ...flag('--policy', 'redact.policy', options.policy),
  ...flag('--tokenizer', 'tokenise.tokenizerFile', options.tokenizer),
  ...(stage === 'chunk' ? flag('--max-tokens', 'chunk.maxTokens', options.maxTokens) : []),
  ...flag('--overlap', 'chunk.overlap', options.overlap),
  ...flag('--model', ...modelOption(stage, options.model)),
]

const modelOption = (stage: TryStageName, model: string | undefined): [string, unknown] => {
  if (stage === 'classify') return ['models.classify', model?.split(',')]
  if (stage === 'recognise' || stage === 'redact') return ['models.recognise', model]
  return [stage === 'summarise' ? 'models.summarise' : 'models.embed', model]
}
