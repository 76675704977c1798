import { InvalidArgumentError, Option } from 'commander'
import type { Viewing } from './archive-commands.ts'
import { wholeNumber, type CommandLine } from './command-line.ts'
import { searchCommand } from './commands/search.ts'
import { documentIdFor } from './document-id-for.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { openModels } from './open-models.ts'
import { pipelineOptionsOf } from './pipeline-options.ts'
import { searchKinds, type SearchOptions } from './read/search.ts'
import type { SharedOptions } from './shared-options.ts'
import { takesPaint } from './write-line.ts'

interface SearchFlags extends SharedOptions {
  readonly by: SearchOptions['by']
  readonly limit: number
  readonly type?: string
  readonly document?: string
  readonly from?: number
  readonly to?: number
}

const dayMs = 86_400_000
const day = /^\d{4}-\d{2}-\d{2}$/

/** A day or a moment of ISO 8601; `atEnd` takes a day to its last millisecond. Days are those of UTC. */
const moment =
  (atEnd: boolean) =>
  (text: string): number => {
    const isDay = day.test(text)
    const ms = Date.parse(isDay ? `${text}T00:00:00Z` : text)
    if (!/^\d{4}-/.test(text) || Number.isNaN(ms))
      throw new InvalidArgumentError('expected a date such as 2024-05-31 or 2024-05-31T17:00:00Z')
    return isDay && atEnd ? ms + dayMs - 1 : ms
  }

/** `search`. */
export const addSearchCommand = ({ add, streams }: CommandLine, viewing: Viewing): void => {
  add({
    usage: 'search',
    description: 'the chunks closest to the words, by what they say and by the words themselves',
    examples: [
      'search "delayed shipment"',
      'search --limit 3 --type message/rfc822 invoice',
      'search --by words --from 2024-01-01 --to 2024-03-31 recall --json',
    ],
  })
    .argument('<words...>')
    .option('--limit <n>', 'how many', wholeNumber(1), 10)
    .addOption(
      new Option('--by <kind>', 'vectors, words, or both fused by rank')
        .choices(searchKinds)
        .default('hybrid'),
    )
    .option('--type <media-type>', 'only documents of this type')
    .option('--document <document>', 'only this document: its id, or the path or URI it was from')
    .option('--from <date>', 'only documents sent then or later', moment(false))
    .option('--to <date>', 'only documents sent then or earlier; a day counts whole', moment(true))
    .action((words: string[], options: SearchFlags) => {
      requireWords(words)
      requireSpan(options)
      return viewing(options, async (view, output, config) => {
        const { card } = pipelineOptionsOf(config).embed
        const models = await openModels(config, [card.name])
        const { by, limit, type, document, from, to } = options
        const wanted = {
          bold: takesPaint(streams.out),
          by,
          limit,
          model: card.name,
          modelVersion: card.version,
          tenant: config.tenant,
          ...(document !== undefined && { documentId: documentIdFor(document, config.tenant) }),
          ...(type !== undefined && { type }),
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
        }
        try {
          return await searchCommand(view, models, output, words.join(' '), wanted)
        } finally {
          await models.close()
        }
      })
    })
}

/** Throws when no moment is within the dates. */
const requireSpan = ({ from = -Infinity, to = Infinity }: SearchFlags): void => {
  if (from > to) throw new CommandError(exitCodes.usage, 'no date is from --from on and up to --to')
}

/** Throws when there is no word: all chunks would be equally close. */
const requireWords = (words: readonly string[]): void => {
  if (/[\p{L}\p{N}]/u.test(words.join(' '))) return
  const message = 'search for words: give at least one letter or digit; --help shows examples'
  throw new CommandError(exitCodes.usage, message)
}
