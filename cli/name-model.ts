import { createHash } from 'node:crypto'
import type { Config } from '../config/schema.ts'
import type { RecogniseCard } from '../gpu-runners/models/model-card.ts'
import { loadTokenizer } from '../processors/tokenise/load-tokenizer.ts'
import type { TokeniseOptions } from '../processors/tokenise/options.ts'
import type { PipelineOptions } from '../topology/pipeline.ts'
import { given } from './given.ts'

type RecogniseStageOptions = Exclude<PipelineOptions['redact']['ner'], undefined>

/** What decides which names are found stands in the settings of the stage, so that a change of it asks for a replay. */
export const recogniseOptionsOf = (
  { recognise }: Pick<Config, 'recognise'>,
  card: RecogniseCard,
): RecogniseStageOptions => {
  const { labels, types, threshold, overlap, maxTokens } = card
  return {
    model: `${card.name}@${card.version}`,
    settings: {
      labels: labels.join(' '),
      types: Object.entries(types)
        .map(([kind, type]) => `${kind}:${type ?? 'none'}`)
        .join(' '),
      threshold,
      overlap,
      maxTokens,
      tokenizerSha256: sha256Of(loadTokenizer(nameTokenizerOf({ recognise }, card))),
    },
    concurrency: recognise.concurrency,
    timeoutMs: recognise.timeoutMs,
  }
}

/** The tokenizer.json whose ids the model that finds names reads. */
export const nameTokenizerOf = (
  { recognise }: Pick<Config, 'recognise'>,
  { tokenizerSha256 }: RecogniseCard,
): TokeniseOptions => given({ tokenizerFile: recognise.tokenizerFile, tokenizerSha256 })

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')
